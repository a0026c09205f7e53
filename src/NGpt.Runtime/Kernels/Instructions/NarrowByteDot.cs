using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>Two vectors of 128 bits: Arm, and every other processor.</summary>
internal readonly struct NarrowByteDot : IByteDot
{
    public static bool IsSupported => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(Vector256<sbyte> weights, Vector256<sbyte> activations) => Vector256.Create(
        SignedBytes.AddDot(Vector128<int>.Zero, weights.GetLower(), activations.GetLower()),
        SignedBytes.AddDot(Vector128<int>.Zero, weights.GetUpper(), activations.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddDot(Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations) => Vector256.Create(
        SignedBytes.AddDot(sums.GetLower(), weights.GetLower().AsSByte(), activations.GetLower()),
        SignedBytes.AddDot(sums.GetUpper(), weights.GetUpper().AsSByte(), activations.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddDots(
        Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations, Vector256<byte> others, Vector256<sbyte> otherActivations) =>
        AddDot(AddDot(sums, weights, activations), others, otherActivations);
}
