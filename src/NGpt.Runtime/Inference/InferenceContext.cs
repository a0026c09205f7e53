using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Inference;

/// <summary>
/// Computes on this machine's processor. All memory is allocated when the context is made, but for logits at every token
/// (<see cref="LogitRows.All"/>), whose [<see cref="BatchTokens"/>, V] are allocated when they are first requested;
/// <see cref="Run"/> allocates nothing on the managed heap.
/// </summary>
public sealed unsafe class InferenceContext : IInferenceContext
{
    private readonly Transformer _model;
    private readonly ForwardPass _pass;
    private readonly StepRecord[] _steps;
    private readonly bool[] _isUsed;
    private NativeBuffer<float> _logits;
    private int _stepCount;
    private bool _isDisposed;

    /// <summary>Allocates a context. <paramref name="model"/>: the weights; outlive the context.</summary>
    internal InferenceContext(Transformer model, ModelConfig config, ContextOptions options, CacheType cacheType, Func<ThreadTeam, RowKernels> kernels)
    {
        CacheType = cacheType;
        (SlotCount, ContextLength, BatchTokens) = (options.Slots, options.ContextLength ?? config.ContextLength, options.BatchTokens);
        int threads = options.Threads ?? ProcessorCores.Current.Physical;
        ContextSizes.ThrowIfInvalid(options, ContextLength, threads);
        (_model, LayerCount, VocabularySize) = (model, config.LayerCount, config.VocabularySize);
        // Every step has a slot of its own, and at least one token.
        int maxSteps = Math.Min(SlotCount, BatchTokens);
        (_steps, _isUsed) = (new StepRecord[maxSteps], new bool[SlotCount]);
        _logits = new NativeBuffer<float>((long)maxSteps * VocabularySize, "logits");
        // Last, as it starts threads: memory that cannot be had must not leave them behind.
        _pass = new ForwardPass(config, SlotCount, ContextLength, BatchTokens, threads, cacheType, kernels);
    }

    /// <summary>Maximum context length: the longest that a model can be trained with.</summary>
    public const int MaxContextLength = 1 << 20;

    /// <summary>Maximum number of slots.</summary>
    public const int MaxSlots = 1 << 16;

    /// <summary>Maximum number of tokens in one call; products gain nothing far below it.</summary>
    public const int MaxBatchTokens = 1 << 16;

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int LayerCount { get; }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
    public int SlotCount { get; }

    /// <inheritdoc/>
    public int BatchTokens { get; }

    /// <summary>Number of threads that compute.</summary>
    public int Threads => _pass.Threads;

    /// <summary>How keys and values are kept.</summary>
    public CacheType CacheType { get; }

    /// <summary>Bytes that keys and values of all slots take when they are full.</summary>
    public long CacheBytes => _pass.Cache.ByteLength;

    /// <inheritdoc/>
    public int Length(int slot)
    {
        ThrowIfNoSlot(slot, nameof(slot));
        return _pass.Cache.Lengths[slot];
    }

    /// <inheritdoc/>
    public void Truncate(int slot, int length)
    {
        ThrowIfBeyond(slot, length);
        _pass.Cache.SetLength(slot, length);
    }

    /// <inheritdoc/>
    public void CopyPrefix(int source, int target, int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfBeyond(source, length);
        ThrowIfNoSlot(target, nameof(target));
        ArgumentOutOfRangeException.ThrowIfEqual(target, source);
        _pass.Cache.CopyPrefix(source, target, length);
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<SequenceStep> steps) => RunMasked(steps, []);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(int number, int row = 0)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if ((uint)number >= (uint)_stepCount || (uint)row >= (uint)_steps[number].LogitCount)
        {
            throw new ArgumentOutOfRangeException(nameof(row), $"the last call computed no logits at row {row} of step {number}");
        }

        return new ReadOnlySpan<float>(_logits.Start + ((long)(_steps[number].FirstLogits + row) * VocabularySize), VocabularySize);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Angles(int number)
    {
        ReadOnlySpan<float> angles = _pass.Trace.Of(number);
        return angles.IsEmpty ? throw new ArgumentOutOfRangeException(nameof(number), $"the last call did not trace step {number}") : angles;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _pass.Dispose();
        _logits.Dispose();
    }

    /// <summary>
    /// Like <see cref="Run"/>, where tokens do not see all before them. <paramref name="firstVisible"/>: the first position
    /// that each token of all steps sees, at most its own; empty where all see everything.
    /// </summary>
    internal void RunMasked(ReadOnlySpan<SequenceStep> steps, ReadOnlySpan<int> firstVisible)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Check(steps, firstVisible);
        Arrange(steps, firstVisible);
        if (_pass.Rows.Count == 0)
        {
            return;
        }

        Embed(steps);
        _pass.Trace.Begin(_pass.Hidden);
        for (int layer = 0; layer < LayerCount; layer++)
        {
            _model.Layers[layer].Forward(_pass, layer);
        }

        if (_pass.Rows.OutputCount > 0)
        {
            ReserveLogits(_pass.Rows.OutputCount);
            _model.PrepareOutputs(_pass);
            _pass.Logits(_model.Output, _logits.Start);
        }

        foreach (SequenceStep step in steps)
        {
            _pass.Cache.SetLength(step.Slot, _pass.Cache.Lengths[step.Slot] + step.Tokens.Length);
        }
    }

    private void Check(ReadOnlySpan<SequenceStep> steps, ReadOnlySpan<int> firstVisible)
    {
        Array.Clear(_isUsed);
        long total = 0;
        foreach (SequenceStep step in steps)
        {
            ThrowIfNoSlot(step.Slot, nameof(steps));
            if (_isUsed[step.Slot])
            {
                throw new ArgumentException($"slot {step.Slot} appears more than once", nameof(steps));
            }

            _isUsed[step.Slot] = true;
            int held = _pass.Cache.Lengths[step.Slot];
            if (step.Tokens.IsEmpty || step.Tokens.Length > ContextLength - held)
            {
                throw new ArgumentException(
                    $"{step.Tokens.Length} tokens for slot {step.Slot}, which holds {held} of at most {ContextLength}", nameof(steps));
            }

            foreach (int token in step.Tokens.Span)
            {
                // The embedding would be read outside its memory.
                if ((uint)token >= (uint)VocabularySize)
                {
                    throw new ArgumentException($"token {token} is not in the vocabulary of {VocabularySize}", nameof(steps));
                }
            }

            total += step.Tokens.Length;
        }

        if (total > BatchTokens)
        {
            throw new ArgumentException($"{total} tokens in a call exceed the maximum of {BatchTokens}", nameof(steps));
        }

        if (!firstVisible.IsEmpty && firstVisible.Length != total)
        {
            throw new ArgumentException($"{firstVisible.Length} first positions for {total} tokens", nameof(firstVisible));
        }
    }

    private void Arrange(ReadOnlySpan<SequenceStep> steps, ReadOnlySpan<int> firstVisible)
    {
        _pass.Rows.Clear();
        _pass.Trace.Clear();
        _stepCount = steps.Length;
        for (int i = 0; i < steps.Length; i++)
        {
            SequenceStep step = steps[i];
            int count = step.Tokens.Length;
            ReadOnlySpan<int> visible = firstVisible.IsEmpty ? [] : firstVisible.Slice(_pass.Rows.Count, count);
            (int row, int output) = _pass.Rows.Append(step.Slot, _pass.Cache.Lengths[step.Slot], count, step.Logits, visible);
            _steps[i] = new StepRecord(output, _pass.Rows.OutputCount - output);
            if (step.Trace)
            {
                _pass.Trace.Add(i, row + count - 1);
            }
        }
    }

    private void Embed(ReadOnlySpan<SequenceStep> steps)
    {
        int row = 0;
        foreach (SequenceStep step in steps)
        {
            foreach (int token in step.Tokens.Span)
            {
                _model.Embedding.DecodeRow(token, new Span<float>(_pass.Hidden.Row(row++), _pass.Hidden.Width));
            }
        }

        _pass.Hidden.Changed();
    }

    private void ReserveLogits(int rows)
    {
        if ((long)rows * VocabularySize > _logits.Length)
        {
            NativeBuffer<float> larger = new((long)BatchTokens * VocabularySize, "logits at every token");
            _logits.Dispose();
            _logits = larger;
        }
    }

    private void ThrowIfNoSlot(int slot, string parameter)
    {
        if ((uint)slot >= (uint)SlotCount)
        {
            throw new ArgumentOutOfRangeException(parameter, $"slot {slot} is not in 0..{SlotCount - 1}");
        }
    }

    private void ThrowIfBeyond(int slot, int length)
    {
        ThrowIfNoSlot(slot, nameof(slot));
        if ((uint)length > (uint)_pass.Cache.Lengths[slot])
        {
            throw new ArgumentOutOfRangeException(nameof(length), $"slot {slot} holds {_pass.Cache.Lengths[slot]} tokens, not {length}");
        }
    }
}

/// <summary>What the last call noted about one of its steps.</summary>
internal readonly record struct StepRecord(int FirstLogits, int LogitCount);
