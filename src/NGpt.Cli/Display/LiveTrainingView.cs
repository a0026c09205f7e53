using NGpt.Torch.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NGpt.Cli.Display;

/// <summary>The live area of a run: progress bar, figures and the chart of the loss.</summary>
public static class LiveTrainingView
{
    private const int ChartHeight = 6;
    private const int LabelColumn = 8;

    // Room for the figures, the bar and the line of the cursor beside the chart.
    private const int MinHeightForChart = 16;

    /// <summary>Draws the area.</summary>
    /// <param name="progress">What is known.</param>
    /// <param name="console">The console: its size and abilities.</param>
    /// <param name="stopping">Whether the run is about to stop.</param>
    /// <returns>Lines no wider than the console.</returns>
    public static IRenderable Render(TrainingProgress progress, IAnsiConsole console, bool stopping)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(console);
        // One column stays free: some terminals wrap when the last one is written.
        int width = Math.Clamp(console.Profile.Width - 1, 40, 120);
        bool unicode = console.Profile.Capabilities.Unicode;
        List<IRenderable> rows = [Text.Empty, Bar(progress, width, unicode), Figures(progress, width)];
        if (unicode && console.Profile.Height >= MinHeightForChart)
        {
            rows.Add(Chart(progress, width));
        }

        if (stopping)
        {
            rows.Add(new Markup("[yellow]stopping after this pass and saving; press Ctrl-C again to stop at once[/]"));
        }

        return new Rows(rows);
    }

    private static Markup Bar(TrainingProgress progress, int width, bool unicode)
    {
        int steps = progress.Plan.Config.Training.Steps;
        double done = Math.Clamp((double)progress.Step / steps, 0, 1);
        PassProgress pass = progress.Pass;
        string eta = pass.IsEvaluation && progress.Latest is null ? $"evaluating {pass.Pass + 1}/{pass.Count}"
            : progress.Latest is not StepReport latest ? (pass.Count > 1 ? $"pass {pass.Pass + 1}/{pass.Count}" : "starting")
            : latest.Step >= steps ? "done"
            : $"ETA {NumberFormat.Duration(latest.TimeRemaining)}";
        string label = $" {done * 100,3:0}%  {NumberFormat.Count(progress.Step)}/{NumberFormat.Count(steps)}  {eta,-12}";
        int length = Math.Max(4, width - label.Length);
        int filled = (int)(done * length);
        char line = unicode ? '━' : '=';
        char rest = unicode ? '━' : '-';
        return new Markup($"[green]{new string(line, filled)}[/][grey30]{new string(rest, length - filled)}[/][bold]{label[..5]}[/]{label[5..]}");
    }

    private static Grid Figures(TrainingProgress progress, int width)
    {
        Grid grid = new() { Width = width, Expand = false };
        int columns = width >= 100 ? 4 : 2;
        for (int i = 0; i < columns; i++)
        {
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0), Width = (width / columns) - 2 });
        }

        foreach (IRenderable[] row in Cells(progress).Chunk(columns))
        {
            grid.AddRow(row);
        }

        return grid;
    }

    private static IEnumerable<IRenderable> Cells(TrainingProgress progress)
    {
        StepReport? step = progress.Latest;
        EvaluationReport? evaluation = progress.LatestEvaluation;
        yield return Cell("loss", step is null ? null : NumberFormat.Loss(progress.SmoothedLoss), "cyan");
        yield return Cell("held out", evaluation is null ? null : NumberFormat.Loss(evaluation.Loss), "yellow");
        yield return Cell("speed", step is null ? null : $"{NumberFormat.Count(step.TokensPerSecond)} tok/s", "white");
        yield return Cell("bits/byte", evaluation is null ? null : NumberFormat.Loss(evaluation.BitsPerByte), "yellow");
        yield return Cell("lr", step is null ? null : NumberFormat.Scientific(step.LearningRate), "white");
        yield return Cell("grad norm", step is null ? null : NumberFormat.Compact(step.GradientNorm), "white");
        yield return Cell("tokens", step is null ? null : NumberFormat.ShortCount(step.Tokens), "white");
        yield return progress.Plan.Config.Model.Scales is null
            ? Text.Empty
            : Cell("norm error", step?.NormError is double error ? NumberFormat.Scientific(error) : null, "white");
    }

    private static Markup Cell(string label, string? value, string colour) =>
        new($"[grey]{label,-10}[/] [{colour}]{(value ?? "–").EscapeMarkup()}[/]");

    private static Rows Chart(TrainingProgress progress, int width)
    {
        IReadOnlyList<(string Label, string Plot)> lines = LossChart.Draw(
            progress.Losses, progress.Evaluations, progress.Plan.StartStep, progress.Plan.Config.Training.Steps, width - LabelColumn, ChartHeight);
        return new Rows(lines.Select(line => new Markup(
            $"[grey]{line.Label}[/] [grey30]│[/][cyan]{line.Plot.Replace("◆", "[yellow]◆[/]", StringComparison.Ordinal)}[/]")));
    }
}
