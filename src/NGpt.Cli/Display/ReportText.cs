using NGpt.Lab.Reports;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>The short form of a report: its findings, its limitations, and the path of the page.</summary>
internal static class ReportText
{
    private const int Width = 100;

    public static void Write(TextWriter output, Report report, string page)
    {
        AnsiConsoleOutput console = new(output);
        int width = console.IsTerminal ? Math.Min(Width, console.Width) : Width;
        foreach (string finding in report.Findings)
        {
            WriteItem(output, "• ", finding, width);
        }

        foreach (string caution in report.Cautions)
        {
            WriteItem(output, "! ", caution, width);
        }

        output.WriteLine($"\nreport: {page}");
    }

    private static void WriteItem(TextWriter output, string mark, string text, int width)
    {
        string line = mark;
        bool isEmpty = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                output.WriteLine(line);
                (line, isEmpty) = (new string(' ', mark.Length), true);
            }

            line += isEmpty ? word : $" {word}";
            isEmpty = false;
        }

        output.WriteLine(line);
    }
}
