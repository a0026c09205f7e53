using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Core.Data;

/// <summary>
/// Chooses the training windows of a run. A window is <c>contextLength + 1</c> neighbouring tokens (inputs and, one place
/// later, targets). In each epoch the windows lie at stride <c>contextLength</c> behind a random offset in
/// [0, contextLength), each is drawn once, in random order. Everything follows from the seed and the number of windows
/// drawn so far, so a run that is resumed sees exactly the windows that would have come. Not safe for use by several threads.
/// </summary>
public sealed class WindowSampler
{
    private readonly ulong _seed;

    // With N tokens and context length C: N - 1 = _quotient * C + _remainder.
    private readonly long _quotient;
    private readonly long _remainder;

    private long _epoch;
    private long _epochStart;
    private long _position;
    private long _offset;
    private ShuffledOrder _order;

    /// <summary>Creates the sampler at position 0.</summary>
    /// <param name="tokenCount">The number of training tokens N.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="seed">Chooses offsets and orders.</param>
    /// <exception cref="UsageException">There are fewer than C + 1 tokens.</exception>
    public WindowSampler(long tokenCount, int contextLength, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokenCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextLength);
        RequireWindow("training", tokenCount, contextLength);
        (_quotient, _remainder) = Math.DivRem(tokenCount - 1, contextLength);
        ContextLength = contextLength;
        _seed = seed;
        Enter(epoch: 0, epochStart: 0);
    }

    /// <summary>The number of inputs of a window C; a window has C + 1 tokens.</summary>
    public int ContextLength { get; }

    /// <summary>
    /// The number of windows drawn since the start: with the seed, the whole state. Setting it continues from there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Seek(value);
        }
    }

    /// <summary>
    /// The number of windows in the epoch that the next window belongs to: (N-1)/C rounded down, or one less where the
    /// epoch's offset leaves no room for the last.
    /// </summary>
    public long WindowsPerEpoch => _order.Count;

    /// <summary>How many times the data was gone through so far, for example 1.25.</summary>
    public double Epoch => _epoch + ((double)(_position - _epochStart) / WindowsPerEpoch);

    /// <summary>Draws the next windows.</summary>
    /// <param name="batchSize">How many.</param>
    /// <param name="starts">Receives the place of each window's first token, in the first <paramref name="batchSize"/> elements.</param>
    public void NextBatch(int batchSize, Span<long> starts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, starts.Length);
        for (int i = 0; i < batchSize; i++)
        {
            starts[i] = _offset + (_order[_position - _epochStart] * ContextLength);
            _position++;
            if (_position - _epochStart == WindowsPerEpoch)
            {
                Enter(_epoch + 1, _position);
            }
        }
    }

    /// <summary>Refuses data that is shorter than one window.</summary>
    /// <param name="split">Which data: training or validation.</param>
    /// <param name="tokenCount">Its tokens.</param>
    /// <param name="contextLength">The context length.</param>
    internal static void RequireWindow(string split, long tokenCount, int contextLength)
    {
        if (tokenCount <= contextLength)
        {
            throw new UsageException(
                $"the {split} data has {tokenCount:N0} tokens, fewer than the {(long)contextLength + 1:N0} of one window (context length {contextLength:N0} and one more)",
                tokenCount > 1 ? $"give --context-length {tokenCount - 1} or less, or more data" : "give more data");
        }
    }

    private void Seek(long position)
    {
        // Epochs differ in length by one, so the place of an epoch is a sum; with one window each it is the position.
        if (_quotient == 1)
        {
            Enter(position, position);
        }
        else
        {
            Enter(epoch: 0, epochStart: 0);
            while (position - _epochStart >= WindowsPerEpoch)
            {
                Enter(_epoch + 1, _epochStart + WindowsPerEpoch);
            }
        }

        _position = position;
    }

    private void Enter(long epoch, long epochStart)
    {
        var random = new SplitMix64(SplitMix64.Mix(_seed) ^ (ulong)epoch);

        // With room for a single window the offset must leave that room.
        _offset = random.NextBelow(_quotient == 1 ? _remainder + 1 : ContextLength);
        long windows = _quotient > 1 && _offset > _remainder ? _quotient - 1 : _quotient;
        _order = new ShuffledOrder(random.Next(), windows);
        _epoch = epoch;
        _epochStart = epochStart;
        _position = epochStart;
    }
}
