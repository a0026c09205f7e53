using NGpt.Lab.Figures;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>Curves of a model in its colour.</summary>
internal static class ModelSeries
{
    /// <summary>A line, named for the model.</summary>
    public static FigureSeries Line(ModelInspection model, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new() { Name = model.Name, Color = model.Color, X = x, Y = y };

    /// <summary>The outline of a histogram, named for the model.</summary>
    public static FigureSeries Histogram(ModelInspection model, Histogram histogram) =>
        new() { Name = model.Name, Kind = SeriesKind.Histogram, Color = model.Color, X = histogram.Middles, Y = histogram.Shares };

    /// <summary>Means with a band from the 10th to the 90th percentile.</summary>
    /// <param name="model">The model.</param>
    /// <param name="quantity">What it is, where the figure shows more than one quantity of a model; else null.</param>
    /// <param name="isDashed">Whether it is the second quantity.</param>
    /// <param name="x">Positions.</param>
    /// <param name="values">One distribution for each position.</param>
    public static FigureSeries Means(ModelInspection model, string? quantity, bool isDashed, IReadOnlyList<double> x, IReadOnlyList<Distribution> values) => new()
    {
        Name = quantity is null ? model.Name : $"{model.Name}, {quantity}",
        Kind = SeriesKind.LineAndPoints,
        Color = model.Color,
        IsDashed = isDashed,
        X = x,
        Y = [.. values.Select(value => value.Mean)],
        Band = new FigureBand(Distribution.BandMeaning, [.. values.Select(value => value.Low)], [.. values.Select(value => value.High)]),
    };

    /// <summary>Numbers of the layers, from 1.</summary>
    public static double[] Layers(ModelInspection model) => [.. Enumerable.Range(1, model.Config.LayerCount).Select(layer => (double)layer)];

    /// <summary>A value of a logarithmic axis: what is not a finite number above 0 is a gap.</summary>
    public static double Positive(double value) => double.IsFinite(value) && value > 0 ? value : double.NaN;
}
