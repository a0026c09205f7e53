using System.Numerics;
using System.Runtime.InteropServices;

namespace NGpt.Core.Numerics;

/// <summary>The normalizer of a softmax. Everything that reports log-probabilities uses this one, so that equal is equal.</summary>
public static class LogSumExp
{
    /// <summary>ln Σ exp(x), without overflow: the log-probability of entry i is x[i] minus this.</summary>
    /// <param name="values">At least one finite value.</param>
    /// <returns>The sum is taken in float64, each exponential in float32.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> is empty.</exception>
    public static double Of(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("At least one value is needed.", nameof(values));
        }

        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        ReadOnlySpan<float> rest = values[(vectors.Length * Vector<float>.Count)..];
        float max = FloatScan.Max(values);

        Vector<float> maxima = new(max);
        Vector<double> sums = Vector<double>.Zero;
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(Vector.Exp(vector - maxima), out Vector<double> low, out Vector<double> high);
            sums += low + high;
        }

        double sum = Vector.Sum(sums);
        foreach (float value in rest)
        {
            sum += MathF.Exp(value - max);
        }

        return max + Math.Log(sum);
    }
}
