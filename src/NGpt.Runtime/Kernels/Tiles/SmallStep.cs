using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>Weights of four bits: with an offset, so that they are not negative.</summary>
internal readonly unsafe struct SmallStep<TToken, TFormat> : ITileStep<TToken, TToken>
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
        get => TFormat.Offset;
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
    public static void Put(Vector256<sbyte> weights, sbyte* target) => (weights + Vector256.Create((sbyte)Offset)).Store(target);
}
