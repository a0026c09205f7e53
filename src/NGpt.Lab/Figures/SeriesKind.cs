namespace NGpt.Lab.Figures;

/// <summary>How a series is drawn.</summary>
public enum SeriesKind
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
