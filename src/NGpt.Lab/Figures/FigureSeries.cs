using System.Text.Json.Serialization;

namespace NGpt.Lab.Figures;

/// <summary>One curve, set of points or histogram of a figure.</summary>
internal sealed record FigureSeries
{
    /// <summary>Its name in the legend.</summary>
    public required string Name { get; init; }

    /// <summary>How it is drawn.</summary>
    public SeriesKind Kind { get; init; } = SeriesKind.Line;

    /// <summary>Index of its colour; series of the same colour belong together. nGPT is 0, GPT is 1.</summary>
    public required int Color { get; init; }

    /// <summary>Whether its line is dashed, to distinguish it from another of the same colour.</summary>
    [JsonPropertyName("dashed")]
    public bool IsDashed { get; init; }

    /// <summary>X values, ascending. For a histogram: the centres of the bins, which are equally wide.</summary>
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>Y values, one for each of <see cref="X"/>; NaN for a gap.</summary>
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>The spread of every value, drawn as a band or as error bars; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FigureBand? Band { get; init; }
}

/// <summary>How a series is drawn.</summary>
internal enum SeriesKind
{
    /// <summary>A line through the values.</summary>
    Line,

    /// <summary>A mark at every value and a thin line between them.</summary>
    LineAndPoints,

    /// <summary>A mark at every value.</summary>
    Points,

    /// <summary>The outline of a histogram.</summary>
    Histogram,
}

/// <summary>The spread of a series.</summary>
/// <param name="Meaning">What the limits are, for example <c>lowest and highest of 3 seeds</c>.</param>
/// <param name="Low">The lower limit of every value.</param>
/// <param name="High">The upper limit of every value.</param>
internal sealed record FigureBand(string Meaning, IReadOnlyList<double> Low, IReadOnlyList<double> High);
