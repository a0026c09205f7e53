namespace NGpt.Lab.Statistics;

/// <summary>Power laws y = c·x^p.</summary>
internal static class PowerLaw
{
    /// <summary>The exponent p of y = c·x^p: the slope of log y over log x by least squares.</summary>
    public static double Exponent(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
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
