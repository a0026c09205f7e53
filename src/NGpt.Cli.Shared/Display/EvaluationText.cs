using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Data.Evaluation;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>What an evaluation found: tables on a terminal, aligned lines elsewhere.</summary>
internal static class EvaluationText
{
    private const int ShownUnusable = 3;

    /// <summary>Writes an outcome.</summary>
    public static void Write(TextWriter output, EvaluationOutcome outcome, bool byPosition)
    {
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = console });
            terminal.Write(FigureTable.Of(Figures(outcome)));
            Write(outcome, byPosition, terminal.Profile.Width, ReportStyle.Terminal, terminal.MarkupLine, terminal.WriteLine);
        }
        else
        {
            FigureLines.Write(output, Figures(outcome));
            Write(outcome, byPosition, int.MaxValue, ReportStyle.Plain, output.WriteLine, output.WriteLine);
        }
    }

    private static void Write(EvaluationOutcome outcome, bool byPosition, int width, ReportStyle style, Action<string> styled, Action<string> plain)
    {
        List<ReportTable> tables = [];
        if (byPosition && outcome.Perplexity is PerplexityReport perplexity)
        {
            tables.Add(Positions(perplexity));
        }

        if (outcome.Tasks.Count > 0)
        {
            tables.Add(Tasks(outcome.Tasks));
        }

        foreach (ReportTable table in tables)
        {
            plain("");
            foreach (string line in table.Lines(width, style))
            {
                styled(line);
            }
        }

        foreach (string note in outcome.Tasks.SelectMany(Notes))
        {
            plain(note);
        }
    }

    private static List<(string Label, string Value)> Figures(EvaluationOutcome outcome)
    {
        List<(string, string)> figures = [("model", outcome.Model)];
        if (outcome is { Text: string text, Perplexity: PerplexityReport report })
        {
            string stride = report.Stride < report.ContextLength ? $", a stride of {NumberFormat.Count(report.Stride)}" : "";
            figures.Add(("data", text));
            figures.Add(("windows", $"{NumberFormat.Count(report.Windows)} of {NumberFormat.Count(report.ContextLength)} tokens{stride}"));
            figures.Add(("tokens", $"{NumberFormat.Count(report.Tokens)}, {NumberFormat.Count(report.Bytes, "byte")}"));
            figures.Add(("loss", $"{NumberFormat.Loss(report.Loss)}{Error(report.StandardError)} nats per token"));
            figures.Add(("perplexity", report.Perplexity.ToString("0.000")));
            figures.Add(("bits per byte", NumberFormat.Loss(report.BitsPerByte)));
        }

        figures.Add(("time", NumberFormat.Duration(outcome.Elapsed)));
        return figures;
    }

    private static ReportTable Positions(PerplexityReport report) => new(
        ["tokens seen", "tokens", "loss", "perplexity"],
        [.. report.Positions.Select(position => (IReadOnlyList<ReportCell>)[
            new(position.First == position.Last ? NumberFormat.Count(position.First) : $"{NumberFormat.Count(position.First)} to {NumberFormat.Count(position.Last)}"),
            new(NumberFormat.Count(position.Tokens)),
            new(NumberFormat.Loss(position.Loss)),
            new(NumberFormat.Compact(Math.Exp(position.Loss)))])]);

    private static ReportTable Tasks(IReadOnlyList<TaskReport> tasks) => new(
        ["task", "questions", "acc", "acc_norm", "perplexity"],
        [.. tasks.Select(task => (IReadOnlyList<ReportCell>)[
            new(task.Name),
            new(NumberFormat.Count(task.Accuracy.Count)),
            Cell(task.Accuracy),
            task.NormalizedAccuracy is Proportion normalized ? Cell(normalized) : ReportCell.None,
            task.Perplexity is double perplexity ? new(NumberFormat.Compact(perplexity)) : ReportCell.None])]);

    private static ReportCell Cell(Proportion share) => new(NumberFormat.Loss(share.Value), share.StandardError is double error ? $"±{NumberFormat.Loss(error)}" : null);

    private static IEnumerable<string> Notes(TaskReport task)
    {
        if (task.CutContexts > 0)
        {
            yield return $"{task.Name}: {NumberFormat.Count(task.CutContexts, "context")} cut at the beginning to what the model sees at once";
        }

        if (task.Unusable.Count > 0)
        {
            yield return $"{task.Name}: {NumberFormat.Count(task.Unusable.Count, "record")} left out";
            foreach (UnusableRecord record in task.Unusable.Take(ShownUnusable))
            {
                yield return $"  {task.Path}, line {record.Line}: {VisibleText.Of(record.Reason)}";
            }
        }
    }

    private static string Error(double? error) => error is double value ? $" ±{NumberFormat.Loss(value)}" : "";
}
