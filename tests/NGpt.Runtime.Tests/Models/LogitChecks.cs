namespace NGpt.Runtime.Tests.Models;

/// <summary>Comparisons of logits.</summary>
internal static class LogitChecks
{
    /// <summary>Largest difference, relative to the largest number.</summary>
    public static double Difference(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double max = 0;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            // A NaN is a difference.
            double difference = Math.Abs(expected[i] - actual[i]);
            max = difference <= max ? max : difference;
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return max / largest;
    }

    public static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance) => Assert.InRange(Difference(expected, actual), 0, tolerance);

    public static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = 1e-5) =>
        Near([.. expected.ToArray().Select(value => (double)value)], actual, tolerance);
}
