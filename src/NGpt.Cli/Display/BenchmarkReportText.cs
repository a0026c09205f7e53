using NGpt.Core.Configuration;
using NGpt.Lab.TrainingBenchmarks;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>A benchmark's report: tables on a terminal, aligned lines elsewhere.</summary>
public static class BenchmarkReportText
{
    /// <summary>Writes a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">The report.</param>
    public static void Write(TextWriter output, BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(output);
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            WriteTables(AnsiConsole.Create(new AnsiConsoleSettings { Out = console }), report);
        }
        else
        {
            Write(report, output.WriteLine, output.WriteLine, table => WriteAll(table.Lines(int.MaxValue, ReportStyle.Plain), output.WriteLine));
        }
    }

    /// <summary>Writes a report to a terminal.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="report">The report.</param>
    public static void WriteTables(IAnsiConsole console, BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(console);
        Write(
            report,
            heading => console.MarkupLineInterpolated($"[bold]{heading}[/]"),
            line => console.WriteLine(line),
            table => WriteAll(table.Lines(console.Profile.Width, ReportStyle.Terminal), console.MarkupLine));
    }

    /// <summary>Describes a size.</summary>
    /// <param name="size">The size.</param>
    /// <returns>One sentence without a full stop.</returns>
    public static string Describe(BenchmarkSize size)
    {
        ArgumentNullException.ThrowIfNull(size);
        return $"{NumberFormat.Count(size.LayerCount, "layer")}, width {NumberFormat.Count(size.EmbeddingWidth)}, {NumberFormat.Count(size.HeadCount, "head")}, MLP {NumberFormat.Count(size.MlpWidth)}, "
            + $"vocabulary {NumberFormat.Count(size.VocabularySize)}; {NumberFormat.Count(size.BatchSize, "sequence")} of {NumberFormat.Count(size.ContextLength, "token")} per step";
    }

    private static void WriteAll(IEnumerable<string> lines, Action<string> line)
    {
        foreach (string text in lines)
        {
            line(text);
        }

        line("");
    }

    private static void Write(BenchmarkReport report, Action<string> heading, Action<string> line, Action<ReportTable> table)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (SizeReport size in report.Sizes)
        {
            heading($"{size.Size.Name}: {Describe(size.Size)}");
            foreach (SubjectReport products in size.Products.Where(products => products.Gigaflops is not null))
            {
                ReportCell rate = SpreadCell.Of(products.Gigaflops, NumberFormat.Measured);
                line($"{products.Description}: {rate.Value} GFLOP/s{(rate.Detail is string quartiles ? $" ({quartiles})" : "")}");
            }

            line("");
            foreach (ReportTable? part in (ReportTable?[])
                [
                    BenchmarkTables.Speed(size), BenchmarkTables.Ratios(size), BenchmarkTables.Architectures(size),
                    BenchmarkTables.Stages(size, EngineKind.Fast), BenchmarkTables.Stages(size, EngineKind.Plain),
                ])
            {
                if (part is not null)
                {
                    table(part);
                }
            }

            WriteNotes(size, line);
        }

        if (BenchmarkTables.Tokens(report) is ReportTable tokens)
        {
            table(tokens);
        }

        line("Median over rounds (quartiles). Ratios and the share of bf16 products are computed per round.");
        foreach (string part in Machine(report))
        {
            line(part);
        }
    }

    // Subjects skipped for the same reason share a line.
    private static void WriteNotes(SizeReport size, Action<string> line)
    {
        List<string> notes = [.. size.Subjects
            .Where(subject => subject.Status != SubjectStatus.Measured)
            .GroupBy(subject => subject.Reason ?? "not reached")
            .Select(group => $"{string.Join(", ", group.Select(subject => subject.Subject.Label))}: {group.Key}")];
        notes.AddRange(size.Notes);
        foreach (string note in notes)
        {
            line($"- {note}");
        }

        if (notes.Count > 0)
        {
            line("");
        }
    }

    private static IEnumerable<string> Machine(BenchmarkReport report)
    {
        BenchmarkMachine machine = report.Machine;
        yield return $"{machine.Processor}, {NumberFormat.Count(machine.Cores, "core")}, {NumberFormat.Count(machine.Threads, "thread")}, {NumberFormat.Bytes(machine.Memory)}; {machine.System}";
        yield return $"{machine.Runtime}, TorchSharp {machine.TorchSharp}, libtorch {machine.LibTorch}, {ProgramVersion.Text}; {NumberFormat.Duration(report.Elapsed)}";
    }
}
