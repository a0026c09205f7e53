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

    public static float ScaleShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ScaleValues.ExponentShift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> First(byte* block) => Numbers(Codes(block) & Vector256.Create((byte)0xF));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Second(byte* block) => Numbers((Codes(block).AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)0xF));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block) => ScaleValues.OfBlock(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Part(byte* block, int part)
    {
        // Lower halves of bytes of two groups, then upper halves: from four times eight numbers to two times sixteen.
        Vector256<long> eights = Numbers(Nibbles.Load(block + NvFp4Block.Groups + (part * PartBytes))).AsInt64();
        Vector256<long> columns = Avx2.IsSupported
            ? Avx2.Permute4x64(eights, 0b11_01_10_00)
            : Vector256.Create(eights[0], eights[2], eights[1], eights[3]);
        return columns.AsSByte() - Vector256.Create((sbyte)Offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float GroupScale(byte* block, int part, int group) => ScaleValues.Of(block[(part * PartGroups) + group]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Codes(byte* block) => Vector256.Load(block + NvFp4Block.Groups);

    // Doubled numbers with the offset, so that none is negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Numbers(Vector256<byte> codes)
    {
        Vector128<byte> table = Vector128.Create((byte)12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0);
        return Avx2.IsSupported
            ? Avx2.Shuffle(Vector256.Create(table, table), codes)
            : Vector256.Create(Vector128.ShuffleNative(table, codes.GetLower()), Vector128.ShuffleNative(table, codes.GetUpper()));
    }
}
