using System.Globalization;

namespace NGpt.Lab.Inspection;

/// <summary>Summary statistics of many values.</summary>
internal sealed record Distribution(int Count, double Mean, double Min, double P10, double Median, double P90, double Max)
{
    /// <summary>The meaning of a band from <see cref="P10"/> to <see cref="P90"/>.</summary>
    public const string BandMeaning = "10th to 90th percentile";

    /// <summary>Computes the statistics. Percentiles are interpolated linearly.</summary>
    public static Distribution Of(IReadOnlyCollection<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        double[] sorted = [.. values];
        // The mean in the order given: the same values give the same bits.
        double mean = sorted.Average();
        Array.Sort(sorted);
        return new Distribution(
            sorted.Length, mean, sorted[0], Quantile(sorted, 0.1), Quantile(sorted, 0.5), Quantile(sorted, 0.9), sorted[^1]);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        double rest = position - below;
        // Equal values are not interpolated: infinity minus infinity is NaN.
        return rest == 0 || sorted[below] == sorted[above] ? sorted[below] : sorted[below] + (rest * (sorted[above] - sorted[below]));
    }
}

/// <summary>A histogram with bins of equal width.</summary>
internal sealed record Histogram(IReadOnlyList<double> Centers, IReadOnlyList<double> Shares)
{
    /// <summary>Counts values in bins from <paramref name="low"/> to <paramref name="high"/>. A bin includes its lower limit; the last bin includes both.</summary>
    public static Histogram Of(IReadOnlyList<double> values, double low, double high, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        double width = (high - low) / bins;
        long[] counts = new long[bins];
        foreach (double value in values)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentOutOfRangeException(nameof(values), value, $"outside {low} to {high}");
            }

            counts[Math.Min((int)((value - low) / width), bins - 1)]++;
        }

        return new Histogram(
            [.. Enumerable.Range(0, bins).Select(bin => low + ((bin + 0.5) * width))],
            [.. counts.Select(count => 100.0 * count / values.Count)]);
    }
}

/// <summary>Formats measured numbers.</summary>
internal static class NumberText
{
    /// <summary>Three digits, or all before the point, for example <c>0.0312</c>, <c>1.25</c>, <c>310</c>, <c>1.2e+07</c>, <c>infinite</c>.</summary>
    public static string Of(double value) => Math.Abs(value) switch
    {
        double.NaN => "unknown",
        double.PositiveInfinity => value > 0 ? "infinite" : "minus infinite",
        0 => "0",
        < 0.001 => value.ToString("0.0e+00", CultureInfo.InvariantCulture),
        < 0.09995 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        < 0.9995 => value.ToString("0.000", CultureInfo.InvariantCulture),
        < 9.995 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 99.95 => value.ToString("0.0", CultureInfo.InvariantCulture),
        < 1e6 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0e+00", CultureInfo.InvariantCulture),
    };

    /// <summary>A loss or bits per byte, with four digits after the point.</summary>
    public static string Loss(double value) => double.IsNaN(value) ? "unknown" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
