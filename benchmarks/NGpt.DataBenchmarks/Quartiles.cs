namespace NGpt.DataBenchmarks;

/// <summary>The middle of some measurements, and how far they spread.</summary>
/// <param name="Lower">A quarter of them are below.</param>
/// <param name="Median">Half of them are below.</param>
/// <param name="Upper">Three quarters of them are below.</param>
internal sealed record Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Sorts measurements.</summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Quartiles(At(0.25), At(0.5), At(0.75));

        double At(double share)
        {
            double place = share * (sorted.Length - 1);
            int below = (int)place;
            int above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
        }
    }
}
