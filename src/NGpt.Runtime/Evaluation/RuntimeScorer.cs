using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Evaluation;

/// <summary>
/// Scores tokens with a model of the runtime. Several sequences are computed together, long ones in pieces; logits are made
/// where tokens are scored only. Memory depends on <see cref="BatchTokens"/> and the longest sequence alone.
/// </summary>
public sealed class RuntimeScorer : ITokenScorer, IDisposable
{
    /// <summary>Tokens of a batch by default.</summary>
    public const int DefaultBatchTokens = 512;

    // Sequences side by side; questions of a benchmark are short, and a piece of one would not keep the threads busy.
    private const int Slots = 8;

    private readonly RuntimeModel _model;
    private readonly int? _threads;
    private readonly List<SequenceStep> _steps = [];
    private readonly List<int> _firstVisible = [];
    private readonly List<SequenceProgress> _active = [];
    private InferenceContext? _context;

    /// <summary>Creates the scorer.</summary>
    /// <param name="model">The model; outlives the scorer.</param>
    /// <param name="threads">Threads that compute; null for one on each core.</param>
    /// <param name="batchTokens">Tokens that are computed at a time, above 0.</param>
    public RuntimeScorer(RuntimeModel model, int? threads = null, int batchTokens = DefaultBatchTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        ArgumentOutOfRangeException.ThrowIfLessThan(batchTokens, 1);
        (_model, _threads, BatchTokens) = (model, threads, batchTokens);
    }

    /// <inheritdoc/>
    public int ContextLength => _model.Config.ContextLength;

    /// <inheritdoc/>
    public int VocabularySize => _model.Config.VocabularySize;

    /// <inheritdoc/>
    public int BatchTokens { get; }

    /// <inheritdoc/>
    /// <exception cref="NGptException">There is not enough memory for the longest sequence.</exception>
    public void Score(
        IReadOnlyList<ReadOnlyMemory<int>> sequences,
        IReadOnlyList<Memory<TokenScore>> scores,
        int? documentStart = null,
        CancellationToken cancellationToken = default)
    {
        ScoringRequests.ThrowIfInvalid(sequences, scores, VocabularySize);
        InferenceContext context = ContextFor(sequences.Count == 0 ? 1 : sequences.Max(sequence => sequence.Length - 1));
        _active.Clear();
        Stack<int> free = new(Enumerable.Range(0, context.SlotCount).Reverse());
        int next = 0;
        while (next < sequences.Count || _active.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (; next < sequences.Count && free.TryPop(out int slot); next++)
            {
                context.Truncate(slot, 0);
                _active.Add(new SequenceProgress(slot, sequences[next], scores[next], documentStart));
            }

            RunBatch(context, documentStart is not null);
            foreach (SequenceProgress finished in _active.Where(sequence => sequence.IsFinished))
            {
                free.Push(finished.Slot);
            }

            _active.RemoveAll(sequence => sequence.IsFinished);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _context?.Dispose();

    // The longest sequence decides how much memory a slot has; a longer one later makes a new context.
    private InferenceContext ContextFor(int length)
    {
        if (_context is null || _context.ContextLength < length)
        {
            _context?.Dispose();
            _context = null;
            _context = _model.CreateContext(new ContextOptions
            {
                Slots = Math.Min(Slots, BatchTokens),
                ContextLength = Math.Max(length, ContextLength),
                BatchTokens = BatchTokens,
                Threads = _threads,
                // What is measured are the weights.
                CacheType = CacheType.F32,
            });
        }

        return _context;
    }

    private void RunBatch(InferenceContext context, bool masked)
    {
        _steps.Clear();
        _firstVisible.Clear();
        int room = BatchTokens;
        foreach (SequenceProgress sequence in _active)
        {
            int count = Math.Min(room, sequence.NextPiece);
            if (count == 0)
            {
                break;
            }

            _steps.Add(sequence.Step(count));
            if (masked)
            {
                sequence.AppendFirstVisible(count, _firstVisible);
            }

            room -= count;
        }

        context.RunMasked(
            CollectionsMarshal.AsSpan(_steps), CollectionsMarshal.AsSpan(_firstVisible));
        for (int i = 0; i < _steps.Count; i++)
        {
            for (int row = 0; _steps[i].Logits == LogitRows.All && row < _steps[i].Tokens.Length; row++)
            {
                _active[i].Score(row, context.Logits(i, row));
            }

            _active[i].Advance(_steps[i].Tokens.Length);
        }
    }
}
