namespace NGpt.Core.Quantization;

/// <summary>Numbers of four bits: a sign, two bits of exponent, one of mantissa.</summary>
internal static class E2M1
{
    /// <summary>The largest number.</summary>
    public const float Most = 6;

    private const int Sign = 8;

    /// <summary>Twice the value of every code: whole numbers.</summary>
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
