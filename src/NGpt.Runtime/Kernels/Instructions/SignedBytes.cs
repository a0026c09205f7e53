using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>Products of signed bytes in vectors of 128 bits.</summary>
internal static class SignedBytes
{
    /// <summary>Adds to each of four sums the products of four pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddDot(Vector128<int> sums, Vector128<sbyte> a, Vector128<sbyte> b)
    {
        if (Dp.IsSupported)
        {
            return Dp.DotProduct(sums, a, b);
        }

        return Ssse3.IsSupported ? sums + PairsOfPairs(a, b) : sums + Portable(a, b);
    }

    // As in Avx2ByteDot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> PairsOfPairs(Vector128<sbyte> a, Vector128<sbyte> b) =>
        Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(Ssse3.Abs(a), Ssse3.Sign(b, a)), Vector128<short>.One);

    /// <summary>The same without any instruction of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Portable(Vector128<sbyte> a, Vector128<sbyte> b)
    {
        // The four bytes of every lane in four vectors of numbers.
        Vector128<int> x = a.AsInt32();
        Vector128<int> y = b.AsInt32();
        return ((x >> 24) * (y >> 24)) + ((x << 8 >> 24) * (y << 8 >> 24)) + ((x << 16 >> 24) * (y << 16 >> 24)) + ((x << 24 >> 24) * (y << 24 >> 24));
    }
}
