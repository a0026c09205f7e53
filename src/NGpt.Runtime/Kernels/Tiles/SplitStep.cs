using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

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
