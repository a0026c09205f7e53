using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>Q4_0.</summary>
internal readonly unsafe struct Q4Format : IBlockFormat
{
    public static int Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q4Block.Bytes;
    }

    public static int Parts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static int GroupLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q4Block.Length;
    }

    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q4Block.Offset;
    }

    public static float Unit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static float ScaleShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Float16.ExponentShift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> First(byte* block) => Nibbles.Load(block + 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Second(byte* block) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block) => Float16Scale.Spread(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Part(byte* block, int part) => First(block).AsSByte() - Vector256.Create((sbyte)Offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float GroupScale(byte* block, int part, int group) => Float16.Value(*(Float16*)block);
}
