using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Runtime.Benchmarks;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>The report of <c>ngpt bench</c>: tables on a terminal, aligned lines elsewhere.</summary>
internal static class InferenceBenchmarkText
{
    /// <summary>Writes a report.</summary>
    public static void Write(TextWriter output, InferenceBenchmarkReport report)
    {
        AnsiConsoleOutput console = new(output);
        IAnsiConsole? terminal = console.IsTerminal ? AnsiConsole.Create(new AnsiConsoleSettings { Out = console }) : null;
        foreach (string line in Head(report))
        {
            output.WriteLine(line);
        }

        foreach (ReportTable table in (ReportTable[])[Prompts(report), Decoding(report)])
        {
            output.WriteLine();
            foreach (string line in table.Lines(terminal?.Profile.Width ?? int.MaxValue, terminal is null ? ReportStyle.Plain : ReportStyle.Terminal))
            {
                if (terminal is null)
                {
                    output.WriteLine(line);
                }
                else
                {
                    terminal.MarkupLine(line);
                }
            }
        }

        output.WriteLine();
        output.WriteLine($"Median of {NumberFormat.Count(report.ReadBandwidth.Count / report.Types.Count, "round")} (quartiles). Shares are taken round by round. {NumberFormat.Duration(report.Elapsed)}");
    }

    private static IEnumerable<string> Head(InferenceBenchmarkReport report)
    {
        ModelConfig shape = report.Config;
        yield return $"model:           {report.Model ?? "random weights"}, {shape.Architecture.DisplayName()}, {NumberFormat.Count(shape.ParameterCount)} parameters";
        yield return $"shape:           {NumberFormat.Count(shape.LayerCount, "layer")}, {NumberFormat.Count(shape.HeadCount, "head")}, width {NumberFormat.Count(shape.EmbeddingWidth)}, MLP {NumberFormat.Count(shape.MlpWidth)}, vocabulary {NumberFormat.Count(shape.VocabularySize)}";
        yield return $"threads:         {report.Threads}";
        yield return $"read bandwidth:  {Text(SpreadCell.Of(report.ReadBandwidth, value => NumberFormat.Measured(value / 1e9)))} GB/s";
        yield return $"multiply-adds:   {Text(SpreadCell.Of(report.MultiplyAddPeak, value => NumberFormat.Measured(value / 1e9)))} GFLOP/s in registers, float32";
    }

    private static string Text(ReportCell cell) => cell.Detail is string detail ? $"{cell.Value} ({detail})" : cell.Value;

    private static ReportTable Prompts(InferenceBenchmarkReport report) => new(
        [$"prompt of {NumberFormat.Count(report.Options.PromptTokens, "token")}", "tokens/s", "of multiply-add peak", "weights"],
        [.. report.Types.Select(type => (IReadOnlyList<ReportCell>)
        [
            new(type.Type.Name()),
            SpreadCell.Of(type.PromptTokensPerSecond, NumberFormat.Measured),
            SpreadCell.Of(type.PromptShareOfPeak, NumberFormat.Share),
            new(NumberFormat.Bytes(type.WeightBytes)),
        ])]);

    private static ReportTable Decoding(InferenceBenchmarkReport report) => new(
        ["decoding", "after tokens", "tokens/s", "read per token", "of read bandwidth", "of multiply-add peak"],
        [.. report.Types.SelectMany(type => type.Decoding.Select(figures => (IReadOnlyList<ReportCell>)
        [
            new(type.Type.Name()),
            new(NumberFormat.Count(figures.Context)),
            SpreadCell.Of(figures.TokensPerSecond, NumberFormat.Measured),
            new(NumberFormat.Bytes(figures.BytesPerToken)),
            SpreadCell.Of(figures.ShareOfBandwidth, NumberFormat.Share),
            SpreadCell.Of(figures.ShareOfPeak, NumberFormat.Share),
        ]))]);
}
