using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>Evaluates a model on a fixed set of held-out windows.</summary>
public sealed class Evaluator
{
    private readonly TokenBatchReader _batches;
    private readonly TokenBatch _batch;
    private readonly IReadOnlyList<EvaluationPart> _parts;
    private readonly int _batchSize;
    private readonly int[] _tokenBytes;
    private readonly float[] _losses;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="shards">The held-out tokens; outlives the evaluator.</param>
    /// <param name="parts">The sources of the tokens.</param>
    /// <param name="tokenizer">Gives the number of bytes of a token.</param>
    /// <param name="contextLength">T, tokens per window.</param>
    /// <param name="batchSize">Windows per forward pass.</param>
    /// <param name="batchCount">Forward passes per evaluation; fewer if the data are shorter.</param>
    /// <param name="packing">Whether documents of a window attend to each other, as in training.</param>
    /// <param name="answers">1 for each token that has a loss, else 0; null where all have one. Outlives the evaluator.</param>
    /// <exception cref="UsageException">No window of a source has a token with a loss.</exception>
    public Evaluator(
        TokenShards shards,
        IReadOnlyList<DatasetPart> parts,
        ITokenizer tokenizer,
        int contextLength,
        int batchSize,
        int batchCount,
        WindowPacking packing = WindowPacking.Stream,
        TokenShards? answers = null)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _parts = DatasetWindows.ChooseForEvaluation(parts, contextLength, (int)Math.Min((long)batchSize * batchCount, int.MaxValue));
        _batchSize = Math.Min(batchSize, _parts.Max(part => part.Starts.Count));
        _batches = new TokenBatchReader(shards, tokenizer, contextLength, packing, answers);
        _batch = _batches.Create(_batchSize);
        _tokenBytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
        _losses = new float[_batchSize * contextLength];
    }

    /// <summary>Mean loss over the windows; of a mixture, over its sources with their shares.</summary>
    /// <param name="engine">The engine of the model.</param>
    /// <param name="onBatch">Receives the number of each batch before it is computed, from 0, and the number of all; or null.</param>
    /// <param name="stop">Cancels with <see cref="OperationCanceledException"/>.</param>
    public EvaluationResult Evaluate(ITrainingEngine engine, Action<int, int>? onBatch = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        int batchCount = _parts.Sum(part => (part.Starts.Count + _batchSize - 1) / _batchSize);
        int batch = 0;
        LossSum[] sums = [.. _parts.Select(part => Sum(engine, part, () => onBatch?.Invoke(batch++, batchCount), stop))];
        if (sums is [LossSum only])
        {
            return new EvaluationResult(only.Loss, only.BitsPerByte, only.Tokens, []);
        }

        double loss = 0;
        double bytesPerToken = 0;
        foreach ((EvaluationPart part, LossSum sum) in _parts.Zip(sums))
        {
            loss += part.Weight * sum.Loss;
            bytesPerToken += part.Weight * sum.Bytes / sum.Tokens;
        }

        return new EvaluationResult(
            loss,
            loss / Math.Log(2) / bytesPerToken,
            sums.Sum(sum => sum.Tokens),
            [.. _parts.Zip(sums, (part, sum) => new SourceLoss(part.Source, part.Weight, sum.Loss, sum.BitsPerByte, sum.Tokens))]);
    }

    private LossSum Sum(ITrainingEngine engine, EvaluationPart part, Action onBatch, CancellationToken stop)
    {
        (double nats, long tokens, long bytes) = (0, 0, 0);
        foreach (long[] starts in part.Starts.Chunk(_batchSize))
        {
            stop.ThrowIfCancellationRequested();
            onBatch();
            _batches.Read(starts, _batch);
            Span<float> losses = _losses.AsSpan(0, _batch.Targets.Length);
            engine.Evaluate(_batch, losses);
            double sum = 0;
            foreach (float loss in losses)
            {
                sum += loss;
            }

            nats += sum;
            foreach (int token in _batch.Targets)
            {
                (tokens, bytes) = token == TokenBatch.NoTarget ? (tokens, bytes) : (tokens + 1, bytes + _tokenBytes[token]);
            }
        }

        if (tokens == 0)
        {
            throw new UsageException($"{part.Source}: no answer lies in the held-out windows", "give more conversations, or a larger --eval-batches or --validation-fraction");
        }

        return new LossSum(nats, tokens, bytes);
    }

    private readonly record struct LossSum(double Nats, long Tokens, long Bytes)
    {
        public double Loss => Nats / Tokens;

        public double BitsPerByte => Nats / Math.Log(2) / Bytes;
    }
}

/// <summary>The result of an evaluation on held-out windows.</summary>
/// <param name="Loss">Mean loss in nats per token; of a mixture, the mean over its sources with their shares.</param>
/// <param name="BitsPerByte">The same in bits per byte of text.</param>
/// <param name="Tokens">Number of predicted tokens.</param>
/// <param name="Sources">The loss on each source of a mixture; empty for a single one.</param>
public sealed record EvaluationResult(double Loss, double BitsPerByte, long Tokens, IReadOnlyList<SourceLoss> Sources);

/// <summary>The loss on one source of a mixture.</summary>
/// <param name="Source">The source, human-readable.</param>
/// <param name="Weight">Its share in the loss of the mixture.</param>
/// <param name="Loss">Mean loss in nats per token.</param>
/// <param name="BitsPerByte">The same in bits per byte of text.</param>
/// <param name="Tokens">Number of predicted tokens.</param>
public sealed record SourceLoss(string Source, double Weight, double Loss, double BitsPerByte, long Tokens);
