using System.Numerics;
using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Core.Data;

/// <summary>
/// Windows drawn without replacement: in each epoch they lie at stride <c>contextLength</c> behind a random offset in
/// [0, contextLength), and each is drawn once, in random order.
/// </summary>
public sealed class ShuffledWindowSampler : IWindowSampler
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
    public ShuffledWindowSampler(long tokenCount, int contextLength, ulong seed)
    {
        WindowSamplers.RequireWindow("training", tokenCount, contextLength);
        (_quotient, _remainder) = Math.DivRem(tokenCount - 1, contextLength);
        ContextLength = contextLength;
        _seed = seed;
        Enter(epoch: 0, epochStart: 0);
    }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

/// <summary>
/// A random order of 0..Count-1 that is computed, not stored: a Feistel network permutes the next power of four, and
/// values outside the range are permuted again until they fall inside. So a position of a run of any length can be
/// restored at once and needs no memory.
/// </summary>
internal readonly struct ShuffledOrder
{
    private const int Rounds = 8;
    private const int MinHalfBits = 4;

    private readonly ulong _key;
    private readonly int _halfBits;

    /// <summary>Creates the order of a key.</summary>
    public ShuffledOrder(ulong key, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _key = key;
        Count = count;
        int bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        _halfBits = Math.Max(MinHalfBits, (bits + 1) / 2);
    }

    /// <summary>How many values there are.</summary>
    public long Count { get; }

    /// <summary>The value at a place of the order.</summary>
    public long this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            ulong value = (ulong)index;
            do
            {
                value = Permute(value);
            }
            while (value >= (ulong)Count);

            return (long)value;
        }
    }

    private ulong Permute(ulong value)
    {
        ulong mask = (1UL << _halfBits) - 1;
        ulong left = value >> _halfBits;
        ulong right = value & mask;
        for (ulong round = 0; round < Rounds; round++)
        {
            ulong mixed = SplitMix64.Mix(right ^ SplitMix64.Mix(_key + round));
            (left, right) = (right, left ^ (mixed & mask));
        }

        return (left << _halfBits) | right;
    }
}
