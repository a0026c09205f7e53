using System.Numerics;
using NGpt.Core.Numerics;

namespace NGpt.Core.Data;

/// <summary>
/// A random order of 0..Count-1 that is computed, not stored: a Feistel network permutes the next power of four, and
/// values outside the range are permuted again until they fall inside. So a position of a run of any length can be
/// restored at once and needs no memory.
/// </summary>
internal readonly struct ShuffledOrder
{
    private const int Rounds = 8;
    private const int MinimumHalfBits = 4;

    private readonly ulong _key;
    private readonly int _halfBits;

    /// <summary>Creates the order of a key.</summary>
    /// <param name="key">Chooses the order.</param>
    /// <param name="count">How many values, above 0.</param>
    public ShuffledOrder(ulong key, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _key = key;
        Count = count;
        int bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        _halfBits = Math.Max(MinimumHalfBits, (bits + 1) / 2);
    }

    /// <summary>How many values there are.</summary>
    public long Count { get; }

    /// <summary>The value at a place of the order.</summary>
    /// <param name="index">The place, 0..Count-1.</param>
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
