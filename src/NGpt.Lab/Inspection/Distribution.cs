namespace NGpt.Lab.Inspection;

/// <summary>Many values of one kind, summed up.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Low">A tenth of the values lies below it.</param>
/// <param name="Median">Half of the values lie below it.</param>
/// <param name="High">A tenth of the values lies above it.</param>
/// <param name="Most">The largest.</param>
public sealed record Distribution(int Count, double Mean, double Least, double Low, double Median, double High, double Most)
{
    /// <summary>What <see cref="Low"/> and <see cref="High"/> are, as it is written beside a band.</summary>
    public const string BandMeaning = "10th to 90th percentile";

    /// <summary>Sums values up. Between two of them percentiles are interpolated linearly.</summary>
    /// <param name="values">At least one value, in any order.</param>
    /// <returns>The distribution.</returns>
    public static Distribution Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
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
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        double rest = place - below;
        // Between equal values nothing is computed: infinity minus infinity is no number.
        return rest == 0 || sorted[below] == sorted[above] ? sorted[below] : sorted[below] + (rest * (sorted[above] - sorted[below]));
    }
}
