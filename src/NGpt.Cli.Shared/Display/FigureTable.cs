using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Labels and values as a table for a terminal.</summary>
internal static class FigureTable
{
    public static Table Of(IReadOnlyList<(string Label, string Value)> figures)
    {
        Table table = new Table { ShowHeaders = false, Border = TableBorder.Rounded }.BorderColor(Color.Grey30);
        table.AddColumn(new TableColumn("") { NoWrap = true });
        table.AddColumn("");
        foreach ((string label, string value) in figures)
        {
            table.AddRow(new Text(label, new Style(Color.Grey)), new Text(value));
        }

        return table;
    }
}

/// <summary>Labels and values as plain lines.</summary>
internal static class FigureLines
{
    public static void Write(TextWriter output, IReadOnlyList<(string Label, string Value)> figures)
    {
        int width = figures.Max(figure => figure.Label.Length) + 1;
        foreach ((string label, string value) in figures)
        {
            output.WriteLine($"{(label.Length > 0 ? label + ":" : "").PadRight(width)} {value}");
        }
    }
}
