using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>The report of an experiment, from which pages, pictures and files are made.</summary>
internal sealed record Report
{
    /// <summary>The title.</summary>
    public required string Title { get; init; }

    /// <summary>The findings, one sentence for each entry.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What limits the findings: what is missing, too small, or not comparable.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];

    /// <summary>Figures and tables with their explanations.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>How the experiment was made, so that it can be repeated.</summary>
    public required ReportOrigin Origin { get; init; }

    /// <summary>All figures of all sections.</summary>
    public IEnumerable<Figure> Figures => Sections.SelectMany(section => section.Figures);

    /// <summary>All tables of all sections.</summary>
    public IEnumerable<ReportTable> Tables => Sections.SelectMany(section => section.Tables);
}

/// <summary>A section of a report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Text">Paragraphs of plain text, shown before the figures and tables.</param>
internal sealed record ReportSection(string Title, IReadOnlyList<string> Text)
{
    /// <summary>Tables, shown after the figures.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Figures, each with its numbers as a table that can be opened.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];
}

/// <summary>A table of a report.</summary>
/// <param name="Name">Name of its file: lower case letters, digits and hyphens.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Headers">Names of the columns; the first column labels the rows.</param>
/// <param name="Rows">One text for each column.</param>
internal sealed record ReportTable(string Name, string Title, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows);
