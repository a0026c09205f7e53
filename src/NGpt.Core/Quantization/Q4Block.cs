using System.Buffers.Binary;

namespace NGpt.Core.Quantization;

/// <summary>
/// Thirty-two values of Q4_0: a float16 scale, then 16 bytes whose lower halves are the values 0..15 and whose upper
/// halves are the values 16..31, each with 8 added.
/// </summary>
internal static class Q4Block
{
    /// <summary>Elements of a block.</summary>
    public const int Length = 32;

    /// <summary>Bytes of a block.</summary>
    public const int Bytes = 2 + (Length / 2);

    /// <summary>What is added to the values so that they are not negative.</summary>
    public const int Offset = 8;

    /// <summary>The nearest block: the number that is largest without its sign becomes −8, so that the scale may be negative.</summary>
    public static void Encode(ReadOnlySpan<float> numbers, Span<byte> block)
    {
        float max = 0;
        foreach (float number in numbers)
        {
            max = MathF.Abs(number) > MathF.Abs(max) ? number : max;
        }

        float scale = max / -Offset;
        float inverse = scale != 0 ? 1 / scale : 0;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (int i = 0; i < Length / 2; i++)
        {
            block[2 + i] = (byte)(Code(numbers[i]) | (Code(numbers[(Length / 2) + i]) << 4));
        }

        int Code(float number) => Math.Min(15, (int)((number * inverse) + Offset + 0.5f));
    }

    /// <summary>The block's values.</summary>
    public static void Decode(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (int i = 0; i < Length / 2; i++)
        {
            numbers[i] = scale * ((block[2 + i] & 0xF) - Offset);
            numbers[(Length / 2) + i] = scale * ((block[2 + i] >> 4) - Offset);
        }
    }
}
