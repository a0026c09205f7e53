namespace NGpt.Lab.Figures;

/// <summary>One curve, set of points or histogram of a figure.</summary>
public sealed record FigureSeries
{
    /// <summary>Its name in the legend.</summary>
    public required string Name { get; init; }

    /// <summary>How it is drawn.</summary>
    public SeriesKind Kind { get; init; } = SeriesKind.Line;

    /// <summary>Which of the figure's colours it has: series of the same number belong together. nGPT is 0, GPT is 1.</summary>
    public required int Color { get; init; }

    /// <summary>Whether its line is broken, to tell it from another of the same colour.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Positions along the horizontal axis, ascending. For a histogram: the middles of the bins, equally wide.</summary>
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>Positions along the vertical axis, one for each of <see cref="X"/>; NaN for a gap.</summary>
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>The spread of every value, drawn as a band or as error bars; null where none is known.</summary>
    public FigureBand? Band { get; init; }
}
