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
}
