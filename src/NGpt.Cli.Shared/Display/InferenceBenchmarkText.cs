using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Runtime.Benchmarks;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>The report of <c>ngpt bench</c> for people: tables on a terminal, aligned lines elsewhere.</summary>
internal static class InferenceBenchmarkText
{
    /// <summary>Writes a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">The report.</param>
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
        output.WriteLine($"Median of {Figure.Count(report.ReadBandwidth.Count / report.Types.Count, "round")} (quartiles). Shares are taken round by round. {Figure.Duration(report.Elapsed)}");
    }

    private static IEnumerable<string> Head(InferenceBenchmarkReport report)
    {
        ModelConfig shape = report.Config;
        yield return $"model:           {report.Model ?? "random weights"}, {shape.Architecture.DisplayName()}, {Figure.Count(shape.ParameterCount)} parameters";
        yield return $"shape:           {Figure.Count(shape.LayerCount, "layer")}, {Figure.Count(shape.HeadCount, "head")}, width {Figure.Count(shape.EmbeddingWidth)}, MLP {Figure.Count(shape.MlpWidth)}, vocabulary {Figure.Count(shape.VocabularySize)}";
        yield return $"threads:         {report.Threads}";
        yield return $"read bandwidth:  {Text(SpreadCell.Of(report.ReadBandwidth, value => Figure.Measured(value / 1e9)))} GB/s";
        yield return $"multiply-adds:   {Text(SpreadCell.Of(report.MultiplyAddPeak, value => Figure.Measured(value / 1e9)))} GFLOP/s in registers, float32";
    }

    private static string Text(ReportCell cell) => cell.Detail is string detail ? $"{cell.Value} ({detail})" : cell.Value;

    private static ReportTable Prompts(InferenceBenchmarkReport report) => new(
        [$"prompt of {Figure.Count(report.Options.PromptTokens, "token")}", "tokens/s", "of multiply-add peak", "weights"],
        [.. report.Types.Select(type => (IReadOnlyList<ReportCell>)
        [
            new(type.Type.Name()),
            SpreadCell.Of(type.PromptTokensPerSecond, Figure.Measured),
            SpreadCell.Of(type.PromptShareOfPeak, Figure.Share),
            new(Figure.Bytes(type.WeightBytes)),
        ])]);

    private static ReportTable Decoding(InferenceBenchmarkReport report) => new(
        ["decoding", "after tokens", "tokens/s", "read per token", "of read bandwidth", "of multiply-add peak"],
        [.. report.Types.SelectMany(type => type.Decoding.Select(figures => (IReadOnlyList<ReportCell>)
        [
            new(type.Type.Name()),
            new(Figure.Count(figures.Context)),
            SpreadCell.Of(figures.TokensPerSecond, Figure.Measured),
            new(Figure.Bytes(figures.BytesPerToken)),
            SpreadCell.Of(figures.ShareOfBandwidth, Figure.Share),
            SpreadCell.Of(figures.ShareOfPeak, Figure.Share),
        ]))]);
}
