using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>AVX-VNNI: four products of bytes added in one instruction.</summary>
internal readonly struct VnniByteDot : IByteDot
{
    public static bool IsSupported => AvxVnni.IsSupported && Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(Vector256<sbyte> weights, Vector256<sbyte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(Vector256<int>.Zero, Avx2.Abs(weights), Avx2.Sign(activations, weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddDot(Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(sums, weights, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddDots(
        Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations, Vector256<byte> others, Vector256<sbyte> otherActivations) =>
        AvxVnni.MultiplyWideningAndAdd(AvxVnni.MultiplyWideningAndAdd(sums, weights, activations), others, otherActivations);
}
