using System.Runtime.InteropServices;
using NGpt.Core.Evaluation;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Evaluation;

/// <summary>
/// Scores tokens with a model's own modules. Sequences of like length are computed together, the shorter ones filled up
/// behind their end, where no token of theirs sees it. Memory depends on <see cref="BatchTokens"/> and the longest
/// sequence alone: logits are made for some positions at a time.
/// </summary>
public sealed class LanguageModelScorer : ITokenScorer
{
    /// <summary>Tokens of a batch unless another number is asked for.</summary>
    public const int DefaultBatchTokens = 4096;

    // 64 MiB of logits; a few times as much while they are normalized.
    private const int LogitsAtOnce = 1 << 24;

    private readonly LanguageModel _model;
    private readonly int _logitsAtOnce;

    /// <summary>Creates the scorer.</summary>
    /// <param name="model">The model; outlives the scorer.</param>
    /// <param name="batchTokens">Tokens that are computed at a time, above 0; a sequence that is longer is computed alone.</param>
    public LanguageModelScorer(LanguageModel model, int batchTokens = DefaultBatchTokens)
        : this(model, batchTokens, LogitsAtOnce)
    {
    }

    internal LanguageModelScorer(LanguageModel model, int batchTokens, int logitsAtOnce)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchTokens, 1);
        (_model, BatchTokens, _logitsAtOnce) = (model, batchTokens, logitsAtOnce);
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
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(scores);
        Check(sequences, scores);
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

    private void Check(IReadOnlyList<ReadOnlyMemory<int>> sequences, IReadOnlyList<Memory<TokenScore>> scores)
    {
        if (sequences.Count != scores.Count)
        {
            throw new ArgumentException($"{sequences.Count} sequences and room for {scores.Count}", nameof(scores));
        }

        for (int i = 0; i < sequences.Count; i++)
        {
            if (sequences[i].Length < 2 || scores[i].Length >= sequences[i].Length)
            {
                throw new ArgumentException($"sequence {i} of {sequences[i].Length} tokens has no {scores[i].Length} to score", nameof(sequences));
            }

            foreach (int token in sequences[i].Span)
            {
                // The embedding would read outside its memory.
                if ((uint)token >= (uint)VocabularySize)
                {
                    throw new ArgumentException($"token {token} of sequence {i} is not in the vocabulary of {VocabularySize}", nameof(sequences));
                }
            }
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
        List<long> places = [];
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
                places.Add(((long)row * width) + i);
                targets.Add(sequence[i + 1]);
            }
        }

        Tensor states = _model.FinalStates(tokens.to(_model.Device), firstVisible?.to(_model.Device)).flatten(0, 1);
        TokenScore[] scores = new TokenScore[places.Count];
        int rows = Math.Max(1, _logitsAtOnce / VocabularySize);
        for (int first = 0; first < scores.Length; first += rows)
        {
            int count = Math.Min(rows, scores.Length - first);
            ScoreRows(states, places.GetRange(first, count), targets.GetRange(first, count), scores.AsSpan(first, count));
        }

        int next = 0;
        foreach ((_, Memory<TokenScore> room) in batch)
        {
            scores.AsSpan(next, room.Length).CopyTo(room.Span);
            next += room.Length;
        }
    }

    private void ScoreRows(Tensor states, List<long> places, List<long> targets, Span<TokenScore> scores)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor target = tensor(targets.ToArray()).to(_model.Device).unsqueeze(1);
        Tensor logits = _model.StateLogits(states.index_select(0, tensor(places.ToArray()).to(_model.Device))).to_type(ScalarType.Float32);
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
