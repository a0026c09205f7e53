namespace NGpt.Core.Numerics;

/// <summary>
/// The SplitMix64 generator: small, and the same stream for a seed on every platform and .NET version, which
/// <see cref="Random"/> does not promise. For sampling and shuffling, not for secrets.
/// </summary>
/// <param name="seed">Any value; it is the generator's first state.</param>
public sealed class SplitMix64(ulong seed)
{
    private const double UnitOf53Bits = 1.0 / (1L << 53);

    private ulong _state = seed;

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A uniform number from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * UnitOf53Bits;

    /// <summary>A whole number from 0 to <paramref name="exclusive"/> − 1, every one exactly as likely.</summary>
    /// <param name="exclusive">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusive"/> is below 1.</exception>
    public int NextInt(int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusive, 1);
        ulong bound = (ulong)exclusive;

        // The upper half of a product is the result; the few lower halves that would favour some results are drawn again.
        ulong unfair = (0 - bound) % bound;
        while (true)
        {
            ulong upper = Math.BigMul(Next(), bound, out ulong lower);
            if (lower >= unfair)
            {
                return (int)upper;
            }
        }
    }
}
