namespace NGpt.Cli.Display;

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
