namespace NGpt.Core.Quantization;

/// <summary>Scales of eight bits, never negative: four bits of exponent (bias 7), three of mantissa; 0x7F is no number and stands for zero.</summary>
internal static class E4M3
{
    /// <summary>The largest number.</summary>
    public const float Most = 448;

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
    /// <param name="number">Not negative.</param>
    public static byte Nearest(float number)
    {
        if (number >= Most)
        {
            return MaxCode;
        }

        // Codes are in the order of their numbers.
        int above = 0;
        while (Value((byte)above) < number)
        {
            above++;
        }

        return above > 0 && number - Value((byte)(above - 1)) < Value((byte)above) - number ? (byte)(above - 1) : (byte)above;
    }
}
