using System.Diagnostics;
using System.Globalization;
using NGpt.Lab.Runs;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows the progress of an experiment.</summary>
internal static class ExperimentDisplay
{
    /// <summary>Runs an experiment and shows its progress: on a terminal with bars below the lines, else with lines alone.</summary>
    public static T Watch<T>(TextWriter output, Func<IExperimentObserver, T> run)
    {
        return LiveConsole.Of(output) is IAnsiConsole terminal ? LiveExperimentDisplay.Watch(terminal, run) : run(new PlainExperimentDisplay(output));
    }

    public static IReadOnlyList<(string Label, string Value)> Lines(PlanSummary plan) =>
    [
        .. plan.Facts,
        ("runs", $"{plan.RunCount}{(plan.MaxExtraRuns > 0 ? $", and up to {plan.MaxExtraRuns} more where the best learning rate is at an end of the grid" : "")}"),
        ("time", $"about {NumberFormat.Duration(plan.Estimate)} on this machine{(plan.Budget is TimeSpan budget ? $", at most {NumberFormat.Duration(budget)}" : "")}"),
    ];

    public static string Line(RunResult result, bool wasFinished)
    {
        string outcome = result.Recorded is RecordedRun run
            ? string.Create(CultureInfo.InvariantCulture, $"{run.Last.BitsPerByte:0.0000} bits per byte, {NumberFormat.Count(1 / run.SecondsPerToken)} tokens/s")
            : "diverged";
        return $"{result.Planned.Name}  {outcome}{(wasFinished ? "  (already finished)" : "")}";
    }
}

/// <summary>An experiment on a terminal: lines, and below them a progress bar for all runs and one for the current run.</summary>
internal sealed class LiveExperimentDisplay : IExperimentObserver
{
    // Drawing takes processor time from the steps that are timed.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private ProgressTask? _all;
    private ProgressTask? _run;

    private LiveExperimentDisplay(IAnsiConsole console, ProgressContext context) => (_console, _context) = (console, context);

    public static T Watch<T>(IAnsiConsole console, Func<IExperimentObserver, T> run)
    {
        return LiveConsole.WithBars(console, RefreshInterval, LiveConsole.NamedBars(), context => run(new LiveExperimentDisplay(console, context)));
    }

    public void OnWarning(string message) => _console.MarkupLineInterpolated($"[yellow]warning:[/] {message}");

    public void OnPreparing(string message) => _console.MarkupLineInterpolated($"[grey]{message}[/]");

    public void OnPlan(PlanSummary plan)
    {
        _console.Write(FigureTable.Of(ExperimentDisplay.Lines(plan)));
        _all = _context.AddTask("[grey]all runs[/]", maxValue: plan.RunCount);
    }

    public void OnRunStarted(PlannedRun run, int number, int count)
    {
        if (_all is ProgressTask all)
        {
            all.MaxValue = count;
            all.Value = number - 1;
        }

        _run = _context.AddTask(run.Name.EscapeMarkup());
    }

    public void OnRunProgress(int stepsTaken, int steps)
    {
        if (_run is ProgressTask run)
        {
            run.MaxValue = steps;
            run.Value = stepsTaken;
        }
    }

    public void OnRunEnded(RunResult result, bool wasFinished)
    {
        if (_run is ProgressTask run)
        {
            run.StopTask();
            _context.RemoveTask(run);
            _run = null;
        }

        _all?.Increment(1);
        _console.WriteLine(ExperimentDisplay.Line(result, wasFinished));
    }

    public void OnDecision(string message) => _console.MarkupLineInterpolated($"[bold]{message}[/]");
}

/// <summary>An experiment as plain lines.</summary>
internal sealed class PlainExperimentDisplay(TextWriter output) : IExperimentObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private string _run = "";
    private long _lastLine;

    public void OnWarning(string message) => Line($"warning: {message}");

    public void OnPreparing(string message) => Line(message);

    public void OnPlan(PlanSummary plan)
    {
        Line("");
        FigureLines.Write(output, ExperimentDisplay.Lines(plan));
        Line("");
    }

    public void OnRunStarted(PlannedRun run, int number, int count)
    {
        _run = $"run {number}/{count}";
        _lastLine = Stopwatch.GetTimestamp();
        Line($"{_run}  {run.Name}");
    }

    public void OnRunProgress(int stepsTaken, int steps)
    {
        if (Stopwatch.GetElapsedTime(_lastLine) >= Interval)
        {
            _lastLine = Stopwatch.GetTimestamp();
            Line($"{_run}  step {stepsTaken}/{steps}");
        }
    }

    public void OnRunEnded(RunResult result, bool wasFinished)
    {
        Line($"      {ExperimentDisplay.Line(result, wasFinished)}");
    }

    public void OnDecision(string message) => Line(message);

    private void Line(string text)
    {
        output.WriteLine(text);
        output.Flush();
    }
}
