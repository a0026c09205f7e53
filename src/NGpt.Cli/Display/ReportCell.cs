using NGpt.Torch.Benchmarks;

namespace NGpt.Cli.Display;

/// <summary>One cell of a table: a figure and, where it has one, what stands in brackets after it.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Detail">Its quartiles or its share.</param>
internal sealed record ReportCell(string Value, string? Detail = null)
{
    /// <summary>A cell for a figure that is not known.</summary>
    public static ReportCell None { get; } = new("");

    /// <summary>A measured figure with its quartiles, where it was measured more than once.</summary>
    public static ReportCell Of(Spread? spread, Func<double, string> format) => spread switch
    {
        null => None,
        { Count: 1 } => new(format(spread.Median)),
        _ => new(format(spread.Median), $"{format(spread.LowerQuartile)}–{format(spread.UpperQuartile)}"),
    };
}
