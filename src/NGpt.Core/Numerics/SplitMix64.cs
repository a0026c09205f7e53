namespace NGpt.Core.Numerics;

/// <summary>
/// The SplitMix64 generator: small, and the same stream for a seed on every platform and .NET version, which
/// <see cref="Random"/> does not promise. The order of training data and sampled text depend on it. Not for secrets.
/// </summary>
/// <param name="seed">Any value; it is the generator's first state.</param>
public sealed class SplitMix64(ulong seed)
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;
    private const double UnitOf53Bits = 1.0 / (1L << 53);

    /// <summary>All that the generator remembers; setting it begins the stream of that seed.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>Mixes the bits of a value: a bijection whose results look random.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The mixed value.</returns>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong Next() => Mix(State += Step);

    /// <summary>A uniform number from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * UnitOf53Bits;

    /// <summary>An integer from 0 to <paramref name="limit"/> − 1, every one exactly as likely.</summary>
    /// <param name="limit">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is below 1.</exception>
    public long NextBelow(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ulong range = (ulong)limit;

        // The upper half of a product is the result; the few lower halves that would favour some results are drawn again.
        ulong unfair = unchecked(0UL - range) % range;
        while (true)
        {
            ulong upper = Math.BigMul(Next(), range, out ulong lower);
            if (lower >= unfair)
            {
                return (long)upper;
            }
        }
    }
}
