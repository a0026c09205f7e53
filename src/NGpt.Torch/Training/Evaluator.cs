using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Torch.Training;

/// <summary>Measures a model on fixed windows of held-out text: the same windows every time.</summary>
public sealed class Evaluator
{
    private readonly TokenBatches _batches;
    private readonly TokenBatch _batch;
    private readonly EvaluationWindows _windows;
    private readonly int _batchSize;
    private readonly int[] _tokenBytes;
    private readonly float[] _losses;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="shards">The held-out tokens; outlives the evaluator.</param>
    /// <param name="tokenizer">Tells how many bytes a token stands for.</param>
    /// <param name="contextLength">T.</param>
    /// <param name="batchSize">Windows in one forward pass.</param>
    /// <param name="batchCount">Forward passes in one evaluation, fewer if the text is shorter.</param>
    /// <param name="packing">What tokens of a window see of each other, as in training.</param>
    public Evaluator(
        TokenShards shards, ITokenizer tokenizer, int contextLength, int batchSize, int batchCount, WindowPacking packing = WindowPacking.Stream)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _windows = new EvaluationWindows(shards.Count, contextLength, (int)Math.Min((long)batchSize * batchCount, int.MaxValue));
        _batchSize = Math.Min(batchSize, _windows.Count);
        _batches = new TokenBatches(shards, tokenizer, contextLength, packing);
        _batch = _batches.Create(_batchSize);
        _tokenBytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
        _losses = new float[_batchSize * contextLength];
    }

    /// <summary>Mean loss over the windows.</summary>
    /// <param name="engine">Computes with the model that is measured.</param>
    /// <param name="stop">Ends the evaluation early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Loss in nats a token, bits a byte, and the number of predicted tokens.</returns>
    public (double Loss, double BitsPerByte, long Tokens) Evaluate(ITrainingEngine engine, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        (double nats, long tokens, long bytes) = (0, 0, 0);
        for (int first = 0; first < _windows.Count; first += _batchSize)
        {
            stop.ThrowIfCancellationRequested();
            _batches.Read(_windows.Starts.Slice(first, Math.Min(_batchSize, _windows.Count - first)), _batch);
            Span<float> losses = _losses.AsSpan(0, _batch.Targets.Length);
            engine.Evaluate(_batch, losses);
            double sum = 0;
            foreach (float loss in losses)
            {
                sum += loss;
            }

            nats += sum;
            tokens += losses.Length;
            foreach (int token in _batch.Targets)
            {
                bytes += _tokenBytes[token];
            }
        }

        return (nats / tokens, nats / Math.Log(2) / bytes, tokens);
    }
}
