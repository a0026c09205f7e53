using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Torch.Training;

/// <summary>Evaluates a model on a fixed set of held-out windows.</summary>
public sealed class Evaluator
{
    private readonly TokenBatchReader _batches;
    private readonly TokenBatch _batch;
    private readonly EvaluationWindows _windows;
    private readonly int _batchSize;
    private readonly int[] _tokenBytes;
    private readonly float[] _losses;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="shards">The held-out tokens; outlives the evaluator.</param>
    /// <param name="tokenizer">Gives the number of bytes of a token.</param>
    /// <param name="contextLength">T, tokens per window.</param>
    /// <param name="batchSize">Windows per forward pass.</param>
    /// <param name="batchCount">Forward passes per evaluation; fewer if the data are shorter.</param>
    /// <param name="packing">Whether documents of a window attend to each other, as in training.</param>
    public Evaluator(
        TokenShards shards, ITokenizer tokenizer, int contextLength, int batchSize, int batchCount, WindowPacking packing = WindowPacking.Stream)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _windows = new EvaluationWindows(shards.Count, contextLength, (int)Math.Min((long)batchSize * batchCount, int.MaxValue));
        _batchSize = Math.Min(batchSize, _windows.Count);
        _batches = new TokenBatchReader(shards, tokenizer, contextLength, packing);
        _batch = _batches.Create(_batchSize);
        _tokenBytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
        _losses = new float[_batchSize * contextLength];
    }

    /// <summary>Mean loss over the windows.</summary>
    /// <param name="engine">The engine of the model.</param>
    /// <param name="onBatch">Receives the number of each batch before it is computed, from 0, and the number of all; or null.</param>
    /// <param name="stop">Cancels with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Loss in nats per token, bits per byte, and the number of predicted tokens.</returns>
    public (double Loss, double BitsPerByte, long Tokens) Evaluate(ITrainingEngine engine, Action<int, int>? onBatch = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        (double nats, long tokens, long bytes) = (0, 0, 0);
        for (int first = 0; first < _windows.Count; first += _batchSize)
        {
            stop.ThrowIfCancellationRequested();
            onBatch?.Invoke(first / _batchSize, (_windows.Count + _batchSize - 1) / _batchSize);
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
