using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>
/// Q8_0. It differs from <see cref="Q4Format"/> in its bytes, offset and <see cref="First"/> alone; one generic type for both would
/// put one more level of inlining into the innermost loops, which are at the limit of what the compiler inlines.
/// </summary>
internal readonly unsafe struct Q8Format : IBlockFormat
{
    public static int Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q8Block.Bytes;
    }

    public static int Parts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static int GroupLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Q8Block.Length;
    }

    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
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
    public static Vector256<byte> First(byte* block) => Vector256.Load(block + 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Second(byte* block) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block) => Float16Scale.Spread(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Part(byte* block, int part) => First(block).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float GroupScale(byte* block, int part, int group) => Float16.Value(*(Float16*)block);
}

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

/// <summary>Scales of float16.</summary>
internal static unsafe class Float16Scale
{
    // The number twice in 32 bits, moved down from the upper half to where float32 has it.
    private const int Moved = 16 - Float16.DroppedBits;

    /// <summary>A scale in every lane, divided by <see cref="Float16.ExponentShift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Spread(byte* source) =>
        ((Vector256.Create(*(short*)source).AsInt32() >> Moved) & Vector256.Create(Float16.Places)).AsSingle();
}
