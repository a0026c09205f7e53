using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>The outcome of an experiment as people read it; pages, pictures and files of numbers are made from this.</summary>
public sealed record Report
{
    /// <summary>What the experiment was.</summary>
    public required string Title { get; init; }

    /// <summary>The outcome in a few plain sentences, one an entry.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What a reader has to know before believing it: what is missing, too small, or not comparable.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];

    /// <summary>Figures and tables with their explanations.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>How the experiment was made, so that it can be made again.</summary>
    public required ReportOrigin Origin { get; init; }

    /// <summary>All figures of all sections.</summary>
    public IEnumerable<Figure> Figures => Sections.SelectMany(section => section.Figures);

    /// <summary>All tables of all sections.</summary>
    public IEnumerable<ReportTable> Tables => Sections.SelectMany(section => section.Tables);
}
