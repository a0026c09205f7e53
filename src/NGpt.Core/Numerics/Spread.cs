namespace NGpt.Core.Numerics;

/// <summary>A figure that was measured several times: its median, and their quartiles.</summary>
/// <param name="Count">Number of measurements.</param>
/// <param name="Median">Half of the measurements are below it.</param>
/// <param name="LowerQuartile">A quarter of the measurements is below it.</param>
/// <param name="UpperQuartile">A quarter of the measurements is above it.</param>
/// <param name="Min">The smallest measurement.</param>
/// <param name="Max">The largest measurement.</param>
public sealed record Spread(int Count, double Median, double LowerQuartile, double UpperQuartile, double Min, double Max)
{
    /// <summary>Sums up measurements. Between two of them quantiles are interpolated linearly.</summary>
    /// <param name="values">The measurements, in any order.</param>
    /// <returns>The spread, or null where there are no measurements.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? null
            : new Spread(sorted.Length, Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75), sorted[0], sorted[^1]);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
