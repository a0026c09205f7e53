using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>A part of a report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Text">Paragraphs of plain text that come before the tables and figures.</param>
public sealed record ReportSection(string Title, IReadOnlyList<string> Text)
{
    /// <summary>Tables, shown before the figures.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Figures, each followed by its numbers as a table that can be opened.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];
}
