using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>The instructions that multiply bytes and add up: for products of rows with single tokens.</summary>
internal interface IByteDot
{
    /// <summary>Whether this processor has them.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>
    /// Products of 32 pairs of signed bytes, in eight exact sums: the lower four of the lower half, the upper four of the
    /// upper half. Weights may be −128, activations not.
    /// </summary>
    static abstract Vector256<int> Dot(Vector256<sbyte> weights, Vector256<sbyte> activations);

    /// <summary>The same for weights of 0 to 24 without a sign, added to sums that began already.</summary>
    static abstract Vector256<int> AddDot(Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations);

    /// <summary>The same for two times 32 pairs, the eight sums of both added up.</summary>
    static abstract Vector256<int> AddDots(
        Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations, Vector256<byte> others, Vector256<sbyte> otherActivations);
}

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
        // The four bytes of every lane in four vectors of values.
        Vector128<int> x = a.AsInt32();
        Vector128<int> y = b.AsInt32();
        return ((x >> 24) * (y >> 24)) + ((x << 8 >> 24) * (y << 8 >> 24)) + ((x << 16 >> 24) * (y << 16 >> 24)) + ((x << 24 >> 24) * (y << 24 >> 24));
    }
}
