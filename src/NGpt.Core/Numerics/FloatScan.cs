using System.Numerics;
using System.Runtime.InteropServices;

namespace NGpt.Core.Numerics;

/// <summary>Vectorized scans of float32 values, whose results do not depend on the order.</summary>
internal static class FloatScan
{
    /// <summary>The largest number. Returns −∞ where there are no values.</summary>
    public static float Max(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> maxima = new(float.NegativeInfinity);
        foreach (Vector<float> vector in vectors)
        {
            maxima = Vector.MaxNative(maxima, vector);
        }

        float max = float.NegativeInfinity;
        for (int i = 0; i < Vector<float>.Count; i++)
        {
            max = MathF.Max(max, maxima[i]);
        }

        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            max = MathF.Max(max, value);
        }

        return max;
    }

    /// <summary>Whether none of the values is NaN or infinite.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        // x − x is 0 for every finite number, else NaN.
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> sums = Vector<float>.Zero;
        foreach (Vector<float> vector in vectors)
        {
            sums += vector - vector;
        }

        float sum = 0;
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            sum += value - value;
        }

        return sum == 0 && Vector.EqualsAll(sums, Vector<float>.Zero);
    }
}
