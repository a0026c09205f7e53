using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>Weights of eight bits.</summary>
internal readonly unsafe struct ByteStep<TToken> : ITileStep<TToken>
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

    public static bool HasMagnitudes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TToken.NeedsMagnitudes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TToken Add(TToken sum, TToken weights, TToken magnitudes, TToken activations) =>
        TToken.AddBytes(sum, weights, magnitudes, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TToken Whole(TToken sum) => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector256<sbyte> weights, sbyte* target)
    {
        if (!HasMagnitudes)
        {
            (weights + Vector256.Create(unchecked((sbyte)Offset))).Store(target);
            return;
        }

        // The magnitude of −128 is 128, a byte without a sign.
        Vector256<long> lower = Vector256.WidenLower(weights.AsUInt32()).AsInt64();
        Vector256<long> upper = Vector256.WidenUpper(weights.AsUInt32()).AsInt64();
        Vector256<sbyte> magnitudes = Vector256.ConditionalSelect(Vector256.LessThan(weights, Vector256<sbyte>.Zero), -weights, weights);
        (lower | (Vector256.WidenLower(magnitudes.AsUInt32()).AsInt64() << 32)).AsSByte().Store(target);
        (upper | (Vector256.WidenUpper(magnitudes.AsUInt32()).AsInt64() << 32)).AsSByte().Store(target + Vector256<sbyte>.Count);
    }
}
