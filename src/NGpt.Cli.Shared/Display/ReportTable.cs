using NGpt.Core.Numerics;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>
/// A table of figures: the first column names the row, the others are numbers. Where it is too wide for one line a row,
/// details stand below their figures; where that is too wide, every row is a list.
/// </summary>
/// <param name="Headers">Names of the columns; the first is the table's title.</param>
/// <param name="Rows">Cells, as many in each row as there are headers.</param>
internal sealed record ReportTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<ReportCell>> Rows)
{
    private const string Gap = "   ";
    private const string NarrowGap = "  ";

    /// <summary>Lays the table out.</summary>
    public IEnumerable<string> Lines(int width, ReportStyle style)
    {
        int[] values = [.. Columns(cell => cell.Value.Length)];
        int[] details = [.. Columns(cell => Bracketed(cell).Length)];
        int[] oneLine = [.. Headers.Select((header, column) => Math.Max(header.Length, values[column] + details[column]))];
        string[][] stacked = [.. Headers.Select((header, column) => Stack(header, column == 0 ? 0 : Math.Max(values[column], Math.Max(0, details[column] - 3))))];
        int[] twoLines = [.. stacked.Select((header, column) => Math.Max(Math.Max(header.Max(part => part.Length), values[column]), Math.Max(0, details[column] - 3)))];
        if (Total(oneLine, Gap) <= width)
        {
            return [Header(Headers, oneLine, Gap, style), .. style.Rule(Total(oneLine, Gap)), .. Rows.Select(row => OneLine(row, values, details, oneLine, style))];
        }

        if (Total(twoLines, NarrowGap) > width)
        {
            return Rows.SelectMany(row => List(row, style));
        }

        int height = stacked.Max(header => header.Length);
        IEnumerable<string> header = Enumerable.Range(0, height).Select(line => Header([.. stacked.Select(parts => Part(parts, line, height))], twoLines, NarrowGap, style));
        return [.. header, .. style.Rule(Total(twoLines, NarrowGap)), .. Rows.SelectMany(row => TwoLines(row, twoLines, style))];
    }

    private static string Header(IReadOnlyList<string> headers, int[] widths, string gap, ReportStyle style) =>
        style.Header(string.Join(gap, headers.Select((header, column) => Aligned(header, widths[column], column))).TrimEnd());

    // Figures and details are aligned apart, so that the digits stand below each other.
    private static string OneLine(IReadOnlyList<ReportCell> row, int[] values, int[] details, int[] widths, ReportStyle style)
    {
        List<string> cells = [style.Text(row[0].Value.PadRight(widths[0]))];
        for (int column = 1; column < row.Count; column++)
        {
            string space = new(' ', widths[column] - values[column] - details[column]);
            string detail = Bracketed(row[column]);
            // The last column ends where its text ends.
            string after = column == row.Count - 1 ? "" : new string(' ', details[column] - detail.Length);
            cells.Add($"{space}{style.Text(row[column].Value.PadLeft(values[column]))}{(detail.Length > 0 ? style.Detail(detail) : "")}{after}");
        }

        return string.Join(Gap, cells).TrimEnd();
    }

    private static IEnumerable<string> TwoLines(IReadOnlyList<ReportCell> row, int[] widths, ReportStyle style)
    {
        yield return style.Text(string.Join(NarrowGap, row.Select((cell, column) => Aligned(cell.Value, widths[column], column))).TrimEnd());
        if (row.Any(cell => cell.Detail is not null))
        {
            yield return style.Detail(string.Join(NarrowGap, row.Select((cell, column) => Aligned(cell.Detail ?? "", widths[column], column))).TrimEnd());
        }
    }

    private IEnumerable<string> List(IReadOnlyList<ReportCell> row, ReportStyle style)
    {
        yield return style.Header(Headers[0].Length > 0 ? $"{row[0].Value} ({Headers[0]})" : row[0].Value);
        for (int column = 1; column < row.Count; column++)
        {
            string detail = Bracketed(row[column]);
            yield return $"{style.Text($"  {Headers[column]}: {row[column].Value}")}{(detail.Length > 0 ? style.Detail(detail) : "")}";
        }
    }

    private static string Aligned(string text, int width, int column) => column == 0 ? text.PadRight(width) : text.PadLeft(width);

    // A header that is wider than its column is broken before its last word.
    private static string[] Stack(string header, int width) =>
        width > 0 && header.Length > width && header.LastIndexOf(' ') is int space and > 0 ? [header[..space], header[(space + 1)..]] : [header];

    // Short headers stand on the last of the lines.
    private static string Part(string[] header, int line, int height) => line - (height - header.Length) is int part and >= 0 ? header[part] : "";

    private static int Total(int[] widths, string gap) => widths.Sum() + ((widths.Length - 1) * gap.Length);

    private static string Bracketed(ReportCell cell) => cell.Detail is string detail ? $" ({detail})" : "";

    private IEnumerable<int> Columns(Func<ReportCell, int> length) => Enumerable.Range(0, Headers.Count).Select(column => Rows.Max(row => length(row[column])));
}

/// <summary>One cell of a table: a figure and, where it has one, what stands in brackets after it.</summary>
internal sealed record ReportCell(string Value, string? Detail = null)
{
    /// <summary>A cell for a figure that is not known.</summary>
    public static ReportCell None { get; } = new("");
}

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

/// <summary>How the parts of a report look: plain text, or markup for a terminal.</summary>
internal sealed class ReportStyle
{
    private readonly bool _isMarkup;

    private ReportStyle(bool isMarkup) => _isMarkup = isMarkup;

    /// <summary>Plain text.</summary>
    public static ReportStyle Plain { get; } = new(isMarkup: false);

    /// <summary>Markup.</summary>
    public static ReportStyle Terminal { get; } = new(isMarkup: true);

    /// <summary>Text as it is.</summary>
    public string Text(string text) => _isMarkup ? text.EscapeMarkup() : text;

    /// <summary>Names of columns.</summary>
    public string Header(string text) => Styled("bold", text);

    /// <summary>What stands after or below a figure.</summary>
    public string Detail(string text) => Styled("grey", text);

    /// <summary>A line below the names of columns; none in plain text.</summary>
    public IEnumerable<string> Rule(int width) => _isMarkup ? [Detail(new string('─', width))] : [];

    private string Styled(string style, string text) => _isMarkup ? $"[{style}]{text.EscapeMarkup()}[/]" : text;
}
