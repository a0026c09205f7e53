namespace NGpt.Core.Numerics;

/// <summary>
/// Cosines and sines of rotary positions, laid out so that a turn is two multiplications:
/// x∘cosine + swap(x)∘sine, where swap exchanges the numbers of a pair.
/// </summary>
internal static unsafe class RotationTable
{
    /// <summary>Fills the tables.</summary>
    /// <param name="cosines">[T, D]: cos for both numbers of a pair.</param>
    /// <param name="sines">[T, D]: −sin for the first number of a pair, +sin for the second.</param>
    /// <param name="length">T.</param>
    /// <param name="headWidth">D, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    public static void Fill(float* cosines, float* sines, int length, int headWidth, double theta)
    {
        for (long t = 0; t < length; t++)
        {
            for (int i = 0; i < headWidth; i += 2)
            {
                // In float64: position times frequency loses digits in float32 at long contexts.
                (double sine, double cosine) = Math.SinCos(t * Math.Pow(theta, -(double)i / headWidth));
                long at = (t * headWidth) + i;
                cosines[at] = cosines[at + 1] = (float)cosine;
                sines[at] = -(float)sine;
                sines[at + 1] = (float)sine;
            }
        }
    }
}
