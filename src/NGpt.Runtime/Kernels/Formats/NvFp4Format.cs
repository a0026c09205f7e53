using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>NVFP4: whole numbers are doubled E2M1 numbers; the tensor's scale is applied to results.</summary>
internal readonly unsafe struct NvFp4Format : IBlockFormat
{
    private const int PartBytes = 16;
    private const int PartGroups = 2;

    public static int Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => NvFp4Block.Bytes;
    }

    public static int Parts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static int GroupLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => NvFp4Block.GroupLength;
    }

    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(2 * E2M1.Most);
    }

    public static float Unit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0.5f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Load(byte* block, int part)
    {
        Vector256<byte> codes = Nibbles.Load(block + NvFp4Block.Groups + (part * PartBytes));
        Vector128<sbyte> table = Vector128.Create((sbyte)0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
        Vector256<sbyte> numbers = Avx2.IsSupported
            ? Avx2.Shuffle(Vector256.Create(table, table), codes.AsSByte())
            : Vector256.Create(Vector128.ShuffleNative(table, codes.GetLower().AsSByte()), Vector128.ShuffleNative(table, codes.GetUpper().AsSByte()));
        // Lower halves of bytes of two groups, then upper halves: from four times eight numbers to two times sixteen.
        Vector256<long> eights = numbers.AsInt64();
        return (Avx2.IsSupported
            ? Avx2.Permute4x64(eights, 0b11_01_10_00)
            : Vector256.Create(eights[0], eights[2], eights[1], eights[3])).AsSByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int part)
    {
        byte* codes = block + (part * PartGroups);
        Vector256<float> first = Vector256.Create(ScaleValues.Of(codes[0]));
        Vector256<float> second = Vector256.Create(ScaleValues.Of(codes[1]));
        return Avx.IsSupported ? Avx.Blend(first, second, 0b1111_0000) : Vector256.Create(first.GetLower(), second.GetUpper());
    }
}
