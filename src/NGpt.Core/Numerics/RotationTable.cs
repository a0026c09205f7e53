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
    public static void Fill(float* cosines, float* sines, int length, int headWidth, double theta) =>
        Fill(cosines, sines, 0, length, headWidth, theta);

    /// <summary>Fills a part of the tables.</summary>
    /// <param name="cosines">The whole table [T, D].</param>
    /// <param name="sines">The whole table [T, D].</param>
    /// <param name="first">The first position.</param>
    /// <param name="end">The one after the last, at most T.</param>
    /// <param name="headWidth">D, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    public static void Fill(float* cosines, float* sines, int first, int end, int headWidth, double theta)
    {
        for (int i = 0; i < headWidth; i += 2)
        {
            double frequency = Math.Pow(theta, -(double)i / headWidth);
            for (long t = first; t < end; t++)
            {
                // In float64: position times frequency loses digits in float32 at long contexts.
                (double sine, double cosine) = Math.SinCos(t * frequency);
                long at = (t * headWidth) + i;
                cosines[at] = cosines[at + 1] = (float)cosine;
                sines[at] = -(float)sine;
                sines[at + 1] = (float)sine;
            }
        }
    }
}
