namespace NGpt.Lab.Inspection;

/// <summary>How values are spread over bins of equal width.</summary>
/// <param name="Middles">The middle of every bin, ascending.</param>
/// <param name="Shares">The share of the values in every bin, in percent: together 100.</param>
public sealed record Histogram(IReadOnlyList<double> Middles, IReadOnlyList<double> Shares)
{
    /// <summary>Sorts values into bins. A bin has its lower end and not its upper one; the last bin has both.</summary>
    /// <param name="values">At least one value, all from <paramref name="low"/> to <paramref name="high"/>.</param>
    /// <param name="low">Where the first bin begins.</param>
    /// <param name="high">Where the last bin ends, above <paramref name="low"/>.</param>
    /// <param name="bins">Number of bins, at least 1.</param>
    /// <returns>The histogram.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside, or there are none.</exception>
    public static Histogram Of(IReadOnlyList<double> values, double low, double high, int bins)
    {
        ArgumentNullException.ThrowIfNull(values);
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
