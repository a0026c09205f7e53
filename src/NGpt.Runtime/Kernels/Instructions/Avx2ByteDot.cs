using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>AVX2: bytes without and with a sign, added in pairs. The sign of the weight goes over to the activation.</summary>
internal readonly struct Avx2ByteDot : IByteDot
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(Vector256<sbyte> weights, Vector256<sbyte> activations)
    {
        // At most 2 · 128 · 127 in sixteen bits: nothing saturates.
        Vector256<short> pairs = Avx2.MultiplyAddAdjacent(Avx2.Abs(weights), Avx2.Sign(activations, weights));
        return Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddDot(Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(weights, activations), Vector256<short>.One);

    // At most 2 · 2 · 24 · 127 in sixteen bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddDots(
        Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations, Vector256<byte> others, Vector256<sbyte> otherActivations) =>
        sums + Avx2.MultiplyAddAdjacent(
            Avx2.MultiplyAddAdjacent(weights, activations) + Avx2.MultiplyAddAdjacent(others, otherActivations), Vector256<short>.One);
}
