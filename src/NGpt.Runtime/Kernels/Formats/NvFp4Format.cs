using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>NVFP4: integers are doubled E2M1 values; the tensor's scale is applied to results.</summary>
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
        get => (int)(2 * E2M1.MaxValue);
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
        // Lower halves of bytes of two groups, then upper halves: from four times eight values to two times sixteen.
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

    // Doubled values with the offset, so that none is negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Numbers(Vector256<byte> codes)
    {
        Vector128<byte> table = Vector128.Create((byte)12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0);
        return Avx2.IsSupported
            ? Avx2.Shuffle(Vector256.Create(table, table), codes)
            : Vector256.Create(Vector128.ShuffleNative(table, codes.GetLower()), Vector128.ShuffleNative(table, codes.GetUpper()));
    }
}

/// <summary>
/// The values of E4M3 scales without a sign. One is looked up: the table is in the executable, so that nothing has to
/// be made, or checked to have been made, before a loop. Those of a block are made of their bits all at once.
/// </summary>
internal static unsafe class ScaleValues
{
    /// <summary>By how much the bits of a code are too small as those of a float32 number: 2¹²⁰, as the exponents differ by 127 − 7.</summary>
    public const float ExponentShift = 1.329227995784916e36f;

    private const int Codes = 0x7F;
    private const int CodePlace = 20;


    // A line has the eight fractions of an exponent. The last code is NaN, and counts as 0.
    private static ReadOnlySpan<float> Values =>
    [
        0, 0.001953125f, 0.00390625f, 0.005859375f, 0.0078125f, 0.009765625f, 0.01171875f, 0.013671875f,
        0.015625f, 0.017578125f, 0.01953125f, 0.021484375f, 0.0234375f, 0.025390625f, 0.02734375f, 0.029296875f,
        0.03125f, 0.03515625f, 0.0390625f, 0.04296875f, 0.046875f, 0.05078125f, 0.0546875f, 0.05859375f,
        0.0625f, 0.0703125f, 0.078125f, 0.0859375f, 0.09375f, 0.1015625f, 0.109375f, 0.1171875f,
        0.125f, 0.140625f, 0.15625f, 0.171875f, 0.1875f, 0.203125f, 0.21875f, 0.234375f,
        0.25f, 0.28125f, 0.3125f, 0.34375f, 0.375f, 0.40625f, 0.4375f, 0.46875f,
        0.5f, 0.5625f, 0.625f, 0.6875f, 0.75f, 0.8125f, 0.875f, 0.9375f,
        1, 1.125f, 1.25f, 1.375f, 1.5f, 1.625f, 1.75f, 1.875f,
        2, 2.25f, 2.5f, 2.75f, 3, 3.25f, 3.5f, 3.75f,
        4, 4.5f, 5, 5.5f, 6, 6.5f, 7, 7.5f,
        8, 9, 10, 11, 12, 13, 14, 15,
        16, 18, 20, 22, 24, 26, 28, 30,
        32, 36, 40, 44, 48, 52, 56, 60,
        64, 72, 80, 88, 96, 104, 112, 120,
        128, 144, 160, 176, 192, 208, 224, 240,
        256, 288, 320, 352, 384, 416, 448, 0,
    ];

    /// <summary>The value of a code; its highest bit does not count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(byte code) => Unsafe.Add(ref MemoryMarshal.GetReference(Values), code & Codes);

    /// <summary>The values of four codes, each twice, divided by <see cref="ExponentShift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OfBlock(byte* codes)
    {
        if (!Avx2.IsSupported)
        {
            (float a, float b, float c, float d) = (Of(codes[0]), Of(codes[1]), Of(codes[2]), Of(codes[3]));
            return Vector256.Create(a, a, b, b, c, c, d, d) * Vector256.Create(1 / ExponentShift);
        }

        // A code in the third byte of its lanes, moved on by four bits, lies where float32 has it, also where the exponent is zero.
        Vector256<byte> places = Vector256.Create(
            0x80, 0x80, 0, 0x80, 0x80, 0x80, 0, 0x80, 0x80, 0x80, 1, 0x80, 0x80, 0x80, 1, 0x80,
            0x80, 0x80, 2, 0x80, 0x80, 0x80, 2, 0x80, 0x80, 0x80, 3, 0x80, 0x80, 0x80, 3, 0x80);
        Vector256<int> all = Vector256.Create(Codes << CodePlace);
        Vector256<int> bits = (Avx2.Shuffle(Vector256.Create(*(int*)codes).AsByte(), places).AsInt32() << 4) & all;
        return Vector256.AndNot(bits, Vector256.Equals(bits, all)).AsSingle();
    }
}
