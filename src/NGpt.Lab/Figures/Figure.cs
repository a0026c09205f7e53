namespace NGpt.Lab.Figures;

/// <summary>
/// What a figure shows, apart from how it is drawn: pictures, accessible tables, CSV and JSON are all made from this.
/// </summary>
public sealed record Figure
{
    /// <summary>Name of its files and of its place in a page: lower case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>A short title.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences: what is shown, and how to read it.</summary>
    public required string Caption { get; init; }

    /// <summary>The horizontal axis.</summary>
    public required FigureAxis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required FigureAxis Y { get; init; }

    /// <summary>What is drawn, in the order of the legend.</summary>
    public required IReadOnlyList<FigureSeries> Series { get; init; }

    /// <summary>Values of particular meaning, drawn as lines across the figure.</summary>
    public IReadOnlyList<FigureMark> Marks { get; init; } = [];
}
