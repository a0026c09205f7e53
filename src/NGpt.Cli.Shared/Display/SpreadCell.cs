
using NGpt.Core.Numerics;

namespace NGpt.Cli.Display;

/// <summary>Measured figures as cells of a table.</summary>
internal static class SpreadCell
{
    /// <summary>A measured figure with its quartiles, where it was measured more than once.</summary>
    public static ReportCell Of(Spread? spread, Func<double, string> format) => spread switch
    {
        null => ReportCell.None,
        { Count: 1 } => new(format(spread.Median)),
        _ => new(format(spread.Median), $"{format(spread.LowerQuartile)}–{format(spread.UpperQuartile)}"),
    };
}
