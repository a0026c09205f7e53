using System.Globalization;
using System.Xml.Linq;
using NGpt.Lab.Figures;
using NGpt.Lab.Figures.Plotting;

namespace NGpt.Lab.Reports.Html;

/// <summary>
/// Tables of a page. On a narrow screen the rows of a report's table become lists of label and value; the table of a
/// figure's numbers, which may have many columns and rows, scrolls in a box.
/// </summary>
internal static class TableElements
{
    /// <summary>Maximum number of rows of a figure's numbers: with more the page is slow.</summary>
    public const int MaxRows = 200;

    /// <summary>A table of the report.</summary>
    public static XElement Of(ReportTable table)
    {
        bool[] isNumeric = [.. table.Headers.Select((_, column) => column > 0 && table.Rows.All(row => IsNumberLike(row[column])))];
        return Box("table result", table.Title, Build(table.Title, table.Headers, isNumeric, table.Rows, hasLabels: true));
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
        return Box("table", caption, Build(
            caption,
            table.Headers,
            [.. table.Headers.Select((_, column) => column > 0 || table.Categories.Count == 0)],
            shown.Select(row => (IReadOnlyList<string>)[.. table.Rows[row].Select((value, column) => NumberText(table, value, column))]),
            hasLabels: false));
    }

    // Scrolls sideways, also by keyboard.
    private static XElement Box(string name, string caption, XElement table) => Tag.Of(
        "div",
        Tag.Class(name),
        new XAttribute("role", "region"),
        new XAttribute("tabindex", "0"),
        new XAttribute("aria-label", PlainText.Of($"Table: {caption}")),
        table);

    private static XElement Build(string caption, IReadOnlyList<string> headers, bool[] isNumeric, IEnumerable<IReadOnlyList<string>> rows, bool hasLabels) => Tag.Of(
        "table",
        hasLabels ? Tag.Class("labelled") : null,
        Tag.Of("caption", caption),
        Tag.Of("thead", Tag.Of("tr", headers.Select((header, column) => Cell("th", "col", null, isNumeric[column], header)))),
        Tag.Of("tbody", rows.Select(row => Tag.Of("tr", row.Select((cell, column) =>
            Cell(column == 0 ? "th" : "td", column == 0 ? "row" : null, hasLabels ? headers[column] : null, isNumeric[column], cell))))));

    private static XElement Cell(string name, string? scope, string? label, bool isNumeric, string text) => Tag.Of(
        name,
        scope is null ? null : new XAttribute("scope", scope),
        label is null ? null : new XAttribute("data-label", PlainText.Of(label)),
        isNumeric ? Tag.Class("number") : IsIdentifier(text) ? Tag.Class("identifier") : null,
        text);

    // The name of a run, which is not broken at its hyphens; paths are.
    private static bool IsIdentifier(string text) => text.Length <= 48 && text.Contains('-') && text.AsSpan().IndexOfAny(" /\\") < 0;

    // Six digits are enough to read; the files have all. A gap is a dash.
    private static string NumberText(FigureTable table, double value, int column) =>
        column == 0 && table.NameOf(value) is { } name ? name
        : double.IsNaN(value) ? "–"
        : double.IsInfinity(value) ? value > 0 ? "∞" : "−∞"
        : double.IsInteger(value) && Math.Abs(value) < 1e15 ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);

    private static bool IsNumberLike(string cell) =>
        cell.Length == 0 || char.IsAsciiDigit(cell[0]) || (cell[0] is '-' or '−' or '–' or '+' or '<' or '>' or '≤' or '≥' or '~' or '±');
}

/// <summary>Makes elements that read the same as HTML and as XML.</summary>
internal static class Tag
{
    /// <summary>An element with an end tag, also where it is empty: HTML reads <c>&lt;p/&gt;</c> as a start tag.</summary>
    public static XElement Of(string name, params object?[] content)
    {
        XElement element = new(name);
        foreach (object? part in content)
        {
            element.Add(part is string text ? PlainText.Of(text) : part);
        }

        if (element.IsEmpty)
        {
            element.Add(string.Empty);
        }

        return element;
    }

    /// <summary>A class of the page's style.</summary>
    public static XAttribute Class(string name) => new("class", name);
}
