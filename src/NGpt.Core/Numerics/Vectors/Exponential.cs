using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>e to the power of x, lane by lane.</summary>
internal static class Exponential
{
    // e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2. ln 2 in two parts keeps r exact.
    private const float InverseLogTwo = 1.44269504f;
    private const float LogTwoUpper = 0.693359375f;
    private const float LogTwoLower = -2.1219444e-4f;
    private const float MinExponent = -87f;
    private const float MaxExponent = 88f;

    /// <summary>e^x to within 2e-7 of its value; x is taken as −87 where it is below, as 88 where it is above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // The limits stand first: the processor's minimum and maximum return the second operand when one is NaN.
        x = TLanes.Min(TLanes.Of(MaxExponent), TLanes.Max(TLanes.Of(MinExponent), x));
        TLanes n = TLanes.Round(x * TLanes.Of(InverseLogTwo));
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Of(-LogTwoUpper), x);
        r = TLanes.MultiplyAdd(n, TLanes.Of(-LogTwoLower), r);
        // Interpolation of (e^r - 1 - r) / r² at Chebyshev's nodes: e^r to 1e-8 before rounding.
        TLanes p = TLanes.MultiplyAdd(TLanes.Of(1.3926191e-3f), r, TLanes.Of(8.3631850e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Of(4.1666555e-2f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Of(1.6666577e-1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Of(0.5f));
        p = TLanes.MultiplyAdd(p * r, r, r + TLanes.Of(1));
        return TLanes.TimesPowerOfTwo(p, n);
    }
}
