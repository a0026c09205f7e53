namespace NGpt.Lab.Statistics;

/// <summary>How one quantity changes with another, as a power of it.</summary>
public static class PowerLaw
{
    /// <summary>The exponent p of y = c·x^p: the slope of log y over log x by least squares.</summary>
    /// <param name="x">Values above 0.</param>
    /// <param name="y">As many values above 0.</param>
    /// <returns>The exponent; NaN where there are fewer than two different x, or a value is missing.</returns>
    public static double Exponent(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Count, x.Count);
        if (x.Count == 0)
        {
            return double.NaN;
        }

        double[] logX = [.. x.Select(value => Math.Log(value))];
        double[] logY = [.. y.Select(value => Math.Log(value))];
        (double meanX, double meanY) = (logX.Average(), logY.Average());
        double spread = logX.Sum(value => (value - meanX) * (value - meanX));
        double together = logX.Zip(logY, (first, second) => (first - meanX) * (second - meanY)).Sum();
        return spread > 0 ? together / spread : double.NaN;
    }
}
