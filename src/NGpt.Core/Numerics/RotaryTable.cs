namespace NGpt.Core.Numerics;

/// <summary>
/// Cosines and sines of rotary positions, laid out so that a rotation is two multiplications:
/// x∘cosine + swap(x)∘sine, where swap exchanges the values of a pair.
/// </summary>
internal static unsafe class RotaryTable
{
    /// <summary>
    /// Fills the tables. <paramref name="cosines"/>: [T, D]: cos for both values of a pair. <paramref name="sines"/>: [T,
    /// D]: −sin for the first value of a pair, +sin for the second. <paramref name="headWidth"/>: D, even.
    /// </summary>
    public static void Fill(float* cosines, float* sines, int length, int headWidth, double theta) =>
        Fill(cosines, sines, 0, length, headWidth, theta);

    /// <summary>
    /// Fills a part of the tables. <paramref name="cosines"/>: the whole table [T, D]. <paramref name="sines"/>: the whole
    /// table [T, D]. <paramref name="end"/>: the one after the last, at most T. <paramref name="headWidth"/>: D, even.
    /// </summary>
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
