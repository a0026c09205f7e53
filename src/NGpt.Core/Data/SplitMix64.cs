namespace NGpt.Core.Data;

/// <summary>
/// The SplitMix64 generator. Data order is part of a run's identity, so it must not change with the platform:
/// <see cref="Random"/> with a seed promises the same numbers only within one version of .NET, this does for ever.
/// </summary>
public struct SplitMix64
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    /// <summary>Starts the sequence of a seed.</summary>
    /// <param name="seed">Any value; different seeds give unrelated sequences.</param>
    public SplitMix64(ulong seed) => _state = seed;

    /// <summary>Mixes the bits of a value: a bijection whose results look random.</summary>
    /// <param name="value">Any value.</param>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong Next() => Mix(_state += Step);

    /// <summary>The next whole number in [0, <paramref name="limit"/>), every one equally likely.</summary>
    /// <param name="limit">The limit, above 0.</param>
    public long NextBelow(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ulong range = (ulong)limit;

        // Products whose low half is below 2^64 mod range would make some results likelier than others.
        ulong threshold = unchecked(0UL - range) % range;
        while (true)
        {
            ulong high = Math.BigMul(Next(), range, out ulong low);
            if (low >= threshold)
            {
                return (long)high;
            }
        }
    }
}
