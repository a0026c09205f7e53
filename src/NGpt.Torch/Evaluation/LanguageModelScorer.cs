using System.Runtime.InteropServices;
using NGpt.Core.Configuration;
using NGpt.Core.Evaluation;
using NGpt.Data.Evaluation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using static TorchSharp.torch;

namespace NGpt.Torch.Evaluation;

/// <summary>
/// Scores tokens with the plain modules. Sequences of similar length share a batch, padded at the end, where causal
/// attention ignores it. Memory depends on <see cref="BatchTokens"/> and the longest sequence alone: logits are computed
/// in chunks.
/// </summary>
public sealed class LanguageModelScorer : ITokenScorer
{
    /// <summary>Default tokens per batch.</summary>
    public const int DefaultBatchTokens = 4096;

    // 64 MiB of logits; a few times as much during normalization.
    private const int LogitsPerChunk = 1 << 24;

    private readonly LanguageModel _model;
    private readonly int _logitsPerChunk;

    /// <summary>Creates the scorer.</summary>
    /// <param name="model">The model; outlives the scorer.</param>
    /// <param name="batchTokens">Tokens per batch, above 0; a longer sequence is computed alone.</param>
    public LanguageModelScorer(LanguageModel model, int batchTokens = DefaultBatchTokens)
        : this(model, batchTokens, LogitsPerChunk)
    {
    }

    internal LanguageModelScorer(LanguageModel model, int batchTokens, int logitsPerChunk)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchTokens, 1);
        (_model, BatchTokens, _logitsPerChunk) = (model, batchTokens, logitsPerChunk);
    }

    /// <inheritdoc/>
    public int ContextLength => _model.Config.ContextLength;

    /// <inheritdoc/>
    public int VocabularySize => _model.Config.VocabularySize;

    /// <inheritdoc/>
    public int BatchTokens { get; }

    /// <inheritdoc/>
    public void Score(
        IReadOnlyList<ReadOnlyMemory<int>> sequences,
        IReadOnlyList<Memory<TokenScore>> scores,
        int? documentStart = null,
        CancellationToken cancellationToken = default)
    {
        // An invalid token would read outside the embedding's memory.
        ScoringRequests.ThrowIfInvalid(sequences, scores, VocabularySize);
        // Longest first: a batch is as wide as its first sequence.
        int[] order = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(i => sequences[i].Length)];
        for (int first = 0; first < order.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int width = sequences[order[first]].Length - 1;
            int count = Math.Min(order.Length - first, Math.Max(1, BatchTokens / width));
            ScoreBatch([.. order[first..(first + count)].Select(i => (sequences[i], scores[i]))], width, documentStart);
            first += count;
        }
    }

    private void ScoreBatch((ReadOnlyMemory<int> Tokens, Memory<TokenScore> Scores)[] batch, int width, int? documentStart)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor tokens = zeros(batch.Length, width, dtype: ScalarType.Int64);
        Tensor? firstVisible = documentStart is null ? null : zeros_like(tokens);
        Span<long> filled = MemoryMarshal.Cast<byte, long>(tokens.bytes);
        Span<long> visible = firstVisible is null ? [] : MemoryMarshal.Cast<byte, long>(firstVisible.bytes);
        List<long> positions = [];
        List<long> targets = [];
        for (int row = 0; row < batch.Length; row++)
        {
            ReadOnlySpan<int> sequence = batch[row].Tokens.Span;
            int first = 0;
            for (int i = 0; i < sequence.Length - 1; i++)
            {
                filled[(row * width) + i] = sequence[i];
                if (firstVisible is not null)
                {
                    first = sequence[i] == documentStart ? i : first;
                    visible[(row * width) + i] = first;
                }
            }

            for (int i = sequence.Length - 1 - batch[row].Scores.Length; i < sequence.Length - 1; i++)
            {
                positions.Add(((long)row * width) + i);
                targets.Add(sequence[i + 1]);
            }
        }

        Tensor states = _model.FinalHiddenStates(tokens.to(_model.Device), firstVisible?.to(_model.Device)).flatten(0, 1);
        TokenScore[] scores = new TokenScore[positions.Count];
        int rows = Math.Max(1, _logitsPerChunk / VocabularySize);
        for (int first = 0; first < scores.Length; first += rows)
        {
            int count = Math.Min(rows, scores.Length - first);
            ScoreRows(states, positions.GetRange(first, count), targets.GetRange(first, count), scores.AsSpan(first, count));
        }

        int next = 0;
        foreach ((_, Memory<TokenScore> target) in batch)
        {
            scores.AsSpan(next, target.Length).CopyTo(target.Span);
            next += target.Length;
        }
    }

    private void ScoreRows(Tensor states, List<long> positions, List<long> targets, Span<TokenScore> scores)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor target = tensor(targets.ToArray()).to(_model.Device).unsqueeze(1);
        Tensor logits = _model.LogitsOf(states.index_select(0, tensor(positions.ToArray()).to(_model.Device))).to_type(ScalarType.Float32);
        Tensor logProbability = (logits.gather(1, target).squeeze(1) - logits.logsumexp(1)).cpu();
        Tensor isMostLikely = logits.argmax(1, keepdim: true).eq(target).squeeze(1).cpu();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(logProbability.bytes);
        ReadOnlySpan<bool> likely = MemoryMarshal.Cast<byte, bool>(isMostLikely.bytes);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = new TokenScore(values[i], likely[i]);
        }
    }
}

/// <summary>Evaluates checkpoints with the plain modules, on any device.</summary>
/// <param name="device">The device.</param>
/// <param name="threads">CPU threads, above 0; null for the default.</param>
/// <param name="precision">Type of the matrix products.</param>
public sealed class TorchScorerFactory(DeviceChoice device, int? threads = null, Precision precision = Precision.F32) : IScorerFactory
{
    /// <inheritdoc/>
    public EvaluationSubject Find(string model) => EvaluationSubject.OfCheckpoint(model);

    /// <inheritdoc/>
    public OpenScorer Open(EvaluationSubject subject, int? batchTokens)
    {
        ArgumentNullException.ThrowIfNull(subject);
        NativeEnvironment.Prepare(threads);
        SavedModel saved = SavedModel.Open(subject.Path, device.Resolve(), precision);
        return new OpenScorer(new LanguageModelScorer(saved.Model, batchTokens ?? LanguageModelScorer.DefaultBatchTokens), saved);
    }
}
