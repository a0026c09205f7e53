using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>How weights of one type are stored in an unpacked row, and which instructions multiply them.</summary>
internal unsafe interface ITileStep<TToken, TSum>
    where TToken : unmanaged, ITokenLanes<TToken>
    where TSum : unmanaged
{
    /// <summary>Columns that share one scale: 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What was added to the weights.</summary>
    static abstract int Offset { get; }

    /// <summary>Whether weights are split: every four lower halves are followed by the upper halves.</summary>
    static abstract bool IsSplit { get; }

    /// <summary>Adds the products of four columns.</summary>
    static abstract TSum Add(TSum sum, TToken weights, TToken upper, TToken activations);

    /// <summary>The whole sum of a group.</summary>
    static abstract TToken Finish(TSum sum);

    /// <summary>Unpacks 32 weights. <paramref name="target"/>: 32 bytes, or 64 for split weights.</summary>
    static abstract void Put(Vector256<sbyte> weights, sbyte* target);
}

/// <summary>
/// Weights as one byte each, with an offset so that they are not negative: four bits, or eight for instructions that take
/// all 256 values.
/// </summary>
internal readonly unsafe struct ByteStep<TToken, TFormat> : ITileStep<TToken, TToken>
    where TToken : unmanaged, ITokenLanes<TToken>
    where TFormat : unmanaged, IBlockFormat
{
    public static int GroupLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.GroupLength;
    }

    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.Offset == 0 ? TToken.ByteOffset : TFormat.Offset;
    }

    public static bool IsSplit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TToken Add(TToken sum, TToken weights, TToken upper, TToken activations) => TToken.AddProducts(sum, weights, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TToken Finish(TToken sum) => TToken.Finish(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector256<sbyte> weights, sbyte* target) => (weights + Vector256.Create(unchecked((sbyte)Offset))).Store(target);
}

/// <summary>
/// Weights of eight bits as two of four bits, w + 128 = lower + 16 · upper. Products with either fit in sums of 16 bits
/// over all columns of a block, so that nothing is widened before the end, and no sign has to be moved about.
/// </summary>
internal readonly unsafe struct SplitStep<TToken> : ITileStep<TToken, SplitSum<TToken>>
    where TToken : unmanaged, ITokenLanes<TToken>
{
    private const int UpperUnit = 16;

    public static int GroupLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q8Block.Length;
    }

    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 128;
    }

    public static bool IsSplit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SplitSum<TToken> Add(SplitSum<TToken> sum, TToken weights, TToken upper, TToken activations) =>
        new(TToken.AddProducts(sum.Lower, weights, activations), TToken.AddProducts(sum.Upper, upper, activations));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TToken Finish(SplitSum<TToken> sum) => TToken.AddMultiple(TToken.Finish(sum.Lower), TToken.Finish(sum.Upper), UpperUnit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector256<sbyte> weights, sbyte* target)
    {
        Vector256<byte> bytes = weights.AsByte() ^ Vector256.Create((byte)Offset);
        Vector256<uint> lower = (bytes & Vector256.Create((byte)0xF)).AsUInt32();
        Vector256<uint> upper = (bytes >>> 4).AsUInt32();
        (Vector256.WidenLower(lower) | (Vector256.WidenLower(upper) << 32)).AsSByte().Store(target);
        (Vector256.WidenUpper(lower) | (Vector256.WidenUpper(upper) << 32)).AsSByte().Store(target + Vector256<sbyte>.Count);
    }
}

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
