using System.Runtime.CompilerServices;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>Sums of products with the two halves of split weights.</summary>
internal readonly struct SplitSum<TToken>
    where TToken : unmanaged
{
    /// <summary>Products with the lower halves.</summary>
    public readonly TToken Lower;

    /// <summary>Products with the upper halves.</summary>
    public readonly TToken Upper;

    /// <summary>Makes a pair of sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SplitSum(TToken lower, TToken upper) => (Lower, Upper) = (lower, upper);
}
