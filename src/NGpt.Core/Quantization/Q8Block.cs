using System.Buffers.Binary;

namespace NGpt.Core.Quantization;

/// <summary>Thirty-two values of Q8_0: a float16 scale, then 32 signed bytes.</summary>
internal static class Q8Block
{
    /// <summary>Elements of a block.</summary>
    public const int Length = 32;

    /// <summary>Bytes of a block.</summary>
    public const int Bytes = 2 + Length;

    /// <summary>The nearest block: its largest number becomes 127 or −127.</summary>
    public static void Encode(ReadOnlySpan<float> numbers, Span<byte> block)
    {
        float max = 0;
        foreach (float number in numbers)
        {
            max = MathF.Max(max, MathF.Abs(number));
        }

        float scale = max / 127;
        float inverse = scale != 0 ? 1 / scale : 0;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (int i = 0; i < Length; i++)
        {
            block[2 + i] = (byte)(sbyte)MathF.Round(numbers[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }

    /// <summary>The block's values.</summary>
    public static void Decode(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (int i = 0; i < Length; i++)
        {
            numbers[i] = scale * (sbyte)block[2 + i];
        }
    }
}
