namespace NGpt.Core.Quantization;

/// <summary>
/// Sixty-four values of NVFP4 in four groups of 16: the groups' scales (E4M3 without a sign), then 8 bytes for each
/// group, whose lower halves are its values 0..7 and whose upper halves are its values 8..15 (E2M1).
/// </summary>
internal static class NvFp4Block
{
    /// <summary>Elements of a block.</summary>
    public const int Length = 64;

    /// <summary>Values that have one scale.</summary>
    public const int GroupLength = 16;

    /// <summary>Groups in a block.</summary>
    public const int Groups = Length / GroupLength;

    /// <summary>Bytes of a block.</summary>
    public const int Bytes = Groups + (Length / 2);

    private const int GroupBytes = GroupLength / 2;

    /// <summary>The nearest block of values that the tensor's scale was taken out of.</summary>
    public static void Encode(ReadOnlySpan<float> numbers, Span<byte> block, float tensorScale)
    {
        Span<float> unscaled = stackalloc float[GroupLength];
        for (int group = 0; group < Groups; group++)
        {
            float max = 0;
            for (int i = 0; i < GroupLength; i++)
            {
                unscaled[i] = numbers[(group * GroupLength) + i] / tensorScale;
                max = MathF.Max(max, MathF.Abs(unscaled[i]));
            }

            block[group] = E4M3.Nearest(max / E2M1.MaxValue);
            float scale = E4M3.Value(block[group]);
            for (int i = 0; i < GroupBytes; i++)
            {
                block[Groups + (group * GroupBytes) + i] =
                    (byte)(E2M1.Nearest(unscaled[i], scale) | (E2M1.Nearest(unscaled[GroupBytes + i], scale) << 4));
            }
        }
    }

    /// <summary>The block's values, with the tensor's scale.</summary>
    public static void Decode(ReadOnlySpan<byte> block, Span<float> numbers, float tensorScale)
    {
        for (int group = 0; group < Groups; group++)
        {
            float scale = E4M3.Value(block[group]) * tensorScale;
            for (int i = 0; i < GroupBytes; i++)
            {
                byte pair = block[Groups + (group * GroupBytes) + i];
                numbers[(group * GroupLength) + i] = scale * E2M1.Value(pair & 0xF);
                numbers[(group * GroupLength) + GroupBytes + i] = scale * E2M1.Value(pair >> 4);
            }
        }
    }
}

/// <summary>Values of four bits: a sign, two bits of exponent, one of mantissa.</summary>
internal static class E2M1
{
    /// <summary>The largest number.</summary>
    public const float MaxValue = 6;

    private const int Sign = 8;

    /// <summary>Twice the value of every code: integers.</summary>
    public static ReadOnlySpan<sbyte> Doubled => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>The number of a code.</summary>
    public static float Value(int code) => 0.5f * Doubled[code];

    /// <summary>The code whose number times a scale is nearest; of two as near, the one nearer to zero.</summary>
    public static int Nearest(float number, float scale)
    {
        int best = 0;
        float min = MathF.Abs(number);
        for (int code = 1; code < Sign; code++)
        {
            float error = MathF.Abs((Value(code) * scale) - MathF.Abs(number));
            (best, min) = error < min ? (code, error) : (best, min);
        }

        return number < 0 && best > 0 ? best | Sign : best;
    }
}

/// <summary>Scales of eight bits, never negative: four bits of exponent (bias 7), three of mantissa; 0x7F is NaN and stands for zero.</summary>
internal static class E4M3
{
    /// <summary>The largest number.</summary>
    public const float MaxValue = 448;

    private const byte MaxCode = 0x7E;
    private const byte NoNumber = 0x7F;

    /// <summary>The number of a code; the highest bit says nothing.</summary>
    public static float Value(byte code)
    {
        code &= 0x7F;
        int exponent = code >> 3;
        int mantissa = code & 7;
        return code == NoNumber ? 0
            : exponent == 0 ? MathF.ScaleB(mantissa, -9)
            : MathF.ScaleB(8 + mantissa, exponent - 10);
    }

    /// <summary>The code of the nearest number; of two as near, the larger; the largest for what is above it.</summary>
    public static byte Nearest(float number)
    {
        if (number >= MaxValue)
        {
            return MaxCode;
        }

        // Codes are in the order of their values.
        int above = 0;
        while (Value((byte)above) < number)
        {
            above++;
        }

        return above > 0 && number - Value((byte)(above - 1)) < Value((byte)above) - number ? (byte)(above - 1) : (byte)above;
    }
}
