using NGpt.Lab.Runs;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows an experiment on a terminal: its lines, and below them a bar for all runs and one for the run under way.</summary>
public sealed class LiveExperimentDisplay : IExperimentObserver
{
    // Drawing takes processor time from what is timed: seldom.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private ProgressTask? _all;
    private ProgressTask? _run;

    private LiveExperimentDisplay(IAnsiConsole console, ProgressContext context) => (_console, _context) = (console, context);

    /// <summary>Runs an experiment and shows its progress.</summary>
    /// <typeparam name="T">What the experiment gives.</typeparam>
    /// <param name="console">A console on a terminal that understands cursor movement.</param>
    /// <param name="run">Runs the experiment.</param>
    /// <returns>Its result.</returns>
    public static T Watch<T>(IAnsiConsole console, Func<IExperimentObserver, T> run)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(run);
        // The bars hide the cursor; a second Ctrl-C ends the process without coming back here.
        AppDomain.CurrentDomain.ProcessExit += ShowCursor;
        try
        {
            Progress progress = console.Progress()
                .AutoClear(true)
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn { Width = 20 },
                    new PercentageColumn(),
                    new ElapsedTimeColumn());
            progress.RefreshRate = RefreshInterval;
            return progress.Start(context => run(new LiveExperimentDisplay(console, context)));
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
        }

        void ShowCursor(object? sender, EventArgs e) => console.Cursor.Show();
    }

    /// <inheritdoc/>
    public void OnWarning(string message) => _console.MarkupLineInterpolated($"[yellow]warning:[/] {message}");

    /// <inheritdoc/>
    public void OnPreparing(string message) => _console.MarkupLineInterpolated($"[grey]{message}[/]");

    /// <inheritdoc/>
    public void OnPlan(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _console.Write(FigureTable.Of(ExperimentLines.Of(plan)));
        _all = _context.AddTask("[grey]all runs[/]", maxValue: plan.RunCount);
    }

    /// <inheritdoc/>
    public void OnRunStarted(PlannedRun run, int number, int count)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_all is ProgressTask all)
        {
            all.MaxValue = count;
            all.Value = number - 1;
        }

        _run = _context.AddTask(run.Name.EscapeMarkup());
    }

    /// <inheritdoc/>
    public void OnRunProgress(int taken, int steps)
    {
        if (_run is ProgressTask run)
        {
            run.MaxValue = steps;
            run.Value = taken;
        }
    }

    /// <inheritdoc/>
    public void OnRunEnded(RunResult result, bool wasThere)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (_run is ProgressTask run)
        {
            run.StopTask();
            _context.RemoveTask(run);
            _run = null;
        }

        _all?.Increment(1);
        _console.WriteLine(ExperimentLines.Of(result, wasThere));
    }

    /// <inheritdoc/>
    public void OnDecision(string message) => _console.MarkupLineInterpolated($"[bold]{message}[/]");
}
