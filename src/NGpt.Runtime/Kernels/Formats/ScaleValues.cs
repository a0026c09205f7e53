using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>
/// The values of E4M3 scales without a sign. One is looked up: the table lies in the program's file, so that nothing has to
/// be made, or checked to have been made, before a loop. Those of a block are made of their bits all at once.
/// </summary>
internal static unsafe class ScaleValues
{
    /// <summary>By how much the bits of a code are too small as those of a float32 number: 2¹²⁰, as the exponents differ by 127 − 7.</summary>
    public const float ExponentShift = 1.329227995784916e36f;

    private const int Codes = 0x7F;
    private const int CodePlace = 20;


    // A line has the eight fractions of an exponent. The last code is no number, and counts as 0.
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
