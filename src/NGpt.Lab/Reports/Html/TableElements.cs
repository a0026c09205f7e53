using System.Globalization;
using System.Xml.Linq;
using NGpt.Lab.Figures;
using NGpt.Lab.Figures.Plotting;

namespace NGpt.Lab.Reports.Html;

/// <summary>Tables of a page, each in a box that scrolls sideways where the screen is too narrow for it.</summary>
internal static class TableElements
{
    /// <summary>Most rows of a figure's numbers; a page with more is slow, and nobody reads them.</summary>
    public const int MaxRows = 200;

    /// <summary>A table of the report.</summary>
    public static XElement Of(ReportTable table)
    {
        bool[] isNumeric = [.. table.Headers.Select((_, column) => column > 0 && table.Rows.All(row => IsNumberLike(row[column])))];
        return Build(table.Title, table.Headers, isNumeric, table.Rows);
    }

    /// <summary>The numbers of a figure.</summary>
    public static XElement Of(Figure figure)
    {
        FigureTable table = FigureTable.Of(figure);
        int count = table.Rows.Count;
        int[] shown = count <= MaxRows
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, MaxRows).Select(place => (int)((long)place * (count - 1) / (MaxRows - 1)))];
        string caption = count <= MaxRows
            ? figure.Title
            : $"{figure.Title}: {MaxRows:N0} of {count:N0} rows, evenly spaced; figures/{figure.Name}.csv has all";
        return Build(
            caption,
            table.Headers,
            [.. table.Headers.Select((_, column) => column > 0 || table.Categories.Count == 0)],
            shown.Select(row => (IReadOnlyList<string>)[.. table.Rows[row].Select((value, column) => NumberText(table, value, column))]));
    }

    /// <summary>A box that scrolls sideways, also by keyboard.</summary>
    /// <param name="label">What it holds, for people who do not see it.</param>
    /// <param name="name">Its class.</param>
    /// <param name="content">What it holds.</param>
    public static XElement Box(string label, string name, XElement content) => Tag.Of(
        "div",
        Tag.Class(name),
        new XAttribute("role", "region"),
        new XAttribute("tabindex", "0"),
        new XAttribute("aria-label", PlainText.Of(label)),
        content);

    private static XElement Build(string caption, IReadOnlyList<string> headers, bool[] isNumeric, IEnumerable<IReadOnlyList<string>> rows) => Box(
        $"Table: {caption}",
        "table",
        Tag.Of(
            "table",
            Tag.Of("caption", caption),
            Tag.Of("thead", Tag.Of("tr", headers.Select((header, column) => Cell("th", "col", isNumeric[column], header)))),
            Tag.Of("tbody", rows.Select(row => Tag.Of("tr", row.Select((cell, column) =>
                column == 0 ? Cell("th", "row", isNumeric[column], cell) : Cell("td", null, isNumeric[column], cell)))))));

    private static XElement Cell(string name, string? scope, bool isNumeric, string text) => Tag.Of(
        name,
        scope is null ? null : new XAttribute("scope", scope),
        isNumeric ? Tag.Class("number") : null,
        text);

    // Six digits are enough to read; the files have all. A gap is said, not left blank.
    private static string NumberText(FigureTable table, double value, int column) =>
        column == 0 && table.NameOf(value) is { } name ? name
        : double.IsNaN(value) ? "–"
        : double.IsInfinity(value) ? value > 0 ? "∞" : "−∞"
        : double.IsInteger(value) && Math.Abs(value) < 1e15 ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);

    private static bool IsNumberLike(string cell) =>
        cell.Length == 0 || char.IsAsciiDigit(cell[0]) || (cell[0] is '-' or '−' or '–' or '+' or '<' or '>' or '≤' or '≥' or '~' or '±');
}
