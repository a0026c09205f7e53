namespace NGpt.Lab.Figures.Plotting;

/// <summary>Validation of figures before they are drawn or written.</summary>
internal static class FigureChecks
{
    public static void ThrowIfInvalid(Figure figure)
    {
        string[] problems = [.. Problems(figure)];
        if (problems.Length > 0)
        {
            throw new ArgumentException($"Figure {figure.Name}: {string.Join("; ", problems)}", nameof(figure));
        }
    }

    /// <summary>The inconsistencies of a figure.</summary>
    public static IEnumerable<string> Problems(Figure figure)
    {
        foreach (FigureAxis axis in (FigureAxis[])[figure.X, figure.Y])
        {
            if (axis.Min >= axis.Max)
            {
                yield return $"axis '{axis.Quantity}' starts at {axis.Min} and ends at {axis.Max}";
            }

            if (axis.IsLogarithmic && (axis.Min <= 0 || axis.Max <= 0))
            {
                yield return $"axis '{axis.Quantity}' is logarithmic, and an end of it is not above 0";
            }

            if (axis.IsLogarithmic && axis.Categories.Count > 0)
            {
                yield return $"axis '{axis.Quantity}' is logarithmic and has categories";
            }
        }

        foreach (FigureSeries series in figure.Series)
        {
            if (series.X.Count != series.Y.Count)
            {
                yield return $"series '{series.Name}' has {series.X.Count} x and {series.Y.Count} y";
            }

            if (series.Band is { } band && (band.Low.Count != series.Y.Count || band.High.Count != series.Y.Count))
            {
                yield return $"the band of '{series.Name}' has {band.Low.Count} lower and {band.High.Count} upper ends for {series.Y.Count} values";
            }

            if (series.Color < 0)
            {
                yield return $"series '{series.Name}' has colour {series.Color}";
            }
        }
    }
}
