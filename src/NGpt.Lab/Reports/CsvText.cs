using System.Text;
using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>
/// Tables as comma-separated values after RFC 4180: lines end with CR LF, texts with commas, quotes or line breaks are
/// quoted, numbers have a point and all their digits, a gap is an empty field.
/// </summary>
internal static class CsvText
{
    /// <summary>The numbers of a figure.</summary>
    public static string Of(Figure figure)
    {
        FigureTable table = FigureTable.Of(figure);
        return Of(table.Headers, Enumerable.Range(0, table.Rows.Count)
            .Select(row => Enumerable.Range(0, table.Headers.Count).Select(column => table.TextAt(row, column))));
    }

    /// <summary>A table of texts.</summary>
    public static string Of(ReportTable table)
    {
        return Of(table.Headers, table.Rows);
    }

    private static string Of(IEnumerable<string> headers, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder();
        AppendLine(text, headers);
        foreach (IEnumerable<string> row in rows)
        {
            AppendLine(text, row);
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string> fields) =>
        text.AppendJoin(',', fields.Select(Quoted)).Append("\r\n");

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
}
