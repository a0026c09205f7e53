using NGpt.Core.Data;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Measures a model on fixed windows of held-out text: the same windows every time.</summary>
public sealed class Evaluator
{
    private readonly TokenBatches _batches;
    private readonly EvaluationWindows _windows;
    private readonly int _batchSize;
    private readonly int[] _tokenBytes;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="file">The held-out tokens; outlives the evaluator.</param>
    /// <param name="tokenizer">Tells how many bytes a token stands for.</param>
    /// <param name="contextLength">T.</param>
    /// <param name="batchSize">Windows in one forward pass.</param>
    /// <param name="batchCount">Forward passes in one evaluation, fewer if the text is shorter.</param>
    /// <param name="device">Device of the model.</param>
    public Evaluator(TokenFile file, ITokenizer tokenizer, int contextLength, int batchSize, int batchCount, Device device)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _batches = new TokenBatches(file, contextLength, device);
        _windows = new EvaluationWindows(file.Count, contextLength, (int)Math.Min((long)batchSize * batchCount, int.MaxValue));
        _batchSize = batchSize;
        _tokenBytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
    }

    /// <summary>Mean loss over the windows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stop">Ends the evaluation early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Loss in nats a token, bits a byte, and the number of predicted tokens.</returns>
    public (double Loss, double BitsPerByte, long Tokens) Evaluate(LanguageModel model, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        using IDisposable noGradient = no_grad();
        (double nats, long tokens, long bytes) = (0, 0, 0);
        for (int first = 0; first < _windows.Count; first += _batchSize)
        {
            stop.ThrowIfCancellationRequested();
            using IDisposable scope = NewDisposeScope();
            (Tensor inputs, Tensor targets) = _batches.Read(_windows.Starts.Slice(first, Math.Min(_batchSize, _windows.Count - first)));
            Tensor flat = targets.flatten();
            Tensor logits = model.forward(inputs);
            Tensor losses = nn.functional.cross_entropy(logits.flatten(0, 1), flat, reduction: nn.Reduction.None);
            nats += losses.to_type(ScalarType.Float64).sum().item<double>();
            tokens += flat.shape[0];
            foreach (long token in flat.cpu().data<long>())
            {
                bytes += _tokenBytes[token];
            }
        }

        return (nats / tokens, nats / Math.Log(2) / bytes, tokens);
    }
}
