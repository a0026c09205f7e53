using NGpt.Lab.Figures;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>Series of a model in its colour.</summary>
internal static class ModelSeries
{
    /// <summary>A line, named for the model.</summary>
    public static FigureSeries Line(ModelInspection model, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new() { Name = model.Name, Color = model.Color, X = x, Y = y };

    /// <summary>The outline of a histogram, named for the model.</summary>
    public static FigureSeries Histogram(ModelInspection model, Histogram histogram) =>
        new() { Name = model.Name, Kind = SeriesKind.Histogram, Color = model.Color, X = histogram.Centers, Y = histogram.Shares };

    /// <summary>Means with a band from the 10th to the 90th percentile.</summary>
    public static FigureSeries Means(ModelInspection model, string? quantity, bool isDashed, IReadOnlyList<double> x, IReadOnlyList<Distribution> values) => new()
    {
        Name = quantity is null ? model.Name : $"{model.Name}, {quantity}",
        Kind = SeriesKind.LineAndPoints,
        Color = model.Color,
        IsDashed = isDashed,
        X = x,
        Y = [.. values.Select(value => value.Mean)],
        Band = new FigureBand(Distribution.BandMeaning, [.. values.Select(value => value.P10)], [.. values.Select(value => value.P90)]),
    };

    /// <summary>The layers, numbered from 1.</summary>
    public static double[] Layers(ModelInspection model) => [.. Enumerable.Range(1, model.Config.LayerCount).Select(layer => (double)layer)];

    /// <summary>A value of a logarithmic axis; NaN, a gap, where it is not a finite number above 0.</summary>
    public static double Positive(double value) => double.IsFinite(value) && value > 0 ? value : double.NaN;
}
