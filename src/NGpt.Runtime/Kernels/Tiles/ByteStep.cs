using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>Weights of eight bits, for instructions that take them.</summary>
internal readonly unsafe struct ByteStep<TToken> : ITileStep<TToken, TToken>
    where TToken : unmanaged, ITokenLanes<TToken>
{
    public static int GroupLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q8Block.Length;
    }

    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TToken.ByteOffset;
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
