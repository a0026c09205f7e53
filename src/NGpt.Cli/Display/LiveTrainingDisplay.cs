using System.Diagnostics;
using NGpt.Torch.Training;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows a run on a terminal: the plan as a table, then an area that is drawn anew while the run goes on.</summary>
public sealed class LiveTrainingDisplay : ITrainingDisplay
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TrainingProgress? _progress;
    private LiveDisplayContext? _live;
    private Task? _liveTask;
    private long _lastRefresh;
    private bool _stopping;

    /// <summary>Creates the display.</summary>
    /// <param name="console">A console on a terminal that understands cursor movement.</param>
    public LiveTrainingDisplay(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        _console = console;
        // The live area hides the cursor; a second Ctrl-C ends the process without coming back here.
        AppDomain.CurrentDomain.ProcessExit += ShowCursor;
    }

    /// <inheritdoc/>
    public void OnWarning(string message) => Line($"[yellow]warning:[/] {message.EscapeMarkup()}");

    /// <inheritdoc/>
    public void OnPreparing(string message) => Line($"[grey]{message.EscapeMarkup()}[/]");

    /// <inheritdoc/>
    public void OnPlan(TrainingPlan plan)
    {
        lock (_gate)
        {
            _console.Write(FigureTable.Of(PlanFigures.Of(plan)));
            _progress = new TrainingProgress(plan);
            _liveTask = _console.Live(LiveTrainingView.Render(_progress, _console, _stopping))
                .Overflow(VerticalOverflow.Crop)
                .StartAsync(context =>
                {
                    _live = context;
                    return _ended.Task;
                });
        }
    }

    /// <inheritdoc/>
    public void OnPass(PassProgress pass)
    {
        lock (_gate)
        {
            _progress?.Add(pass);
            if (Stopwatch.GetElapsedTime(_lastRefresh) >= RefreshInterval)
            {
                Refresh();
            }
        }
    }

    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        lock (_gate)
        {
            _progress?.Add(report);
            if (Stopwatch.GetElapsedTime(_lastRefresh) >= RefreshInterval)
            {
                Refresh();
            }
        }
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationReport report)
    {
        lock (_gate)
        {
            _progress?.Add(report);
            string best = report.IsBest ? " [green]best[/]" : "";
            Line(
                $"[grey]step {NumberFormat.Count(report.Step),7}[/]  held-out loss [yellow]{NumberFormat.Loss(report.Loss)}[/]  "
                + $"{NumberFormat.Loss(report.BitsPerByte)} bits/byte  perplexity {NumberFormat.Compact(report.Perplexity)}{best}");
            Refresh();
        }
    }

    /// <inheritdoc/>
    public void OnSample(int stepsTaken, string text) =>
        Line($"[grey]step {NumberFormat.Count(stepsTaken),7}  sample:[/]\n{VisibleText.Of(text).EscapeMarkup()}");

    /// <inheritdoc/>
    public void OnCheckpoint(int stepsTaken, string folder) =>
        Line($"[grey]step {NumberFormat.Count(stepsTaken),7}  saved {folder.EscapeMarkup()}[/]");

    /// <inheritdoc/>
    public void OnFinished(TrainingOutcome outcome)
    {
        lock (_gate)
        {
            _stopping = false;
            Refresh();
            EndLive();
            _console.WriteLine();
            _console.Write(FigureTable.Of(OutcomeFigures.Of(outcome, _progress?.Plan)));
            if (outcome.Sample is string sample)
            {
                _console.Write(new Panel(new Text(VisibleText.Of(sample))) { Header = new PanelHeader(" sample "), Border = BoxBorder.Rounded, Expand = true }
                    .BorderColor(Color.Grey30));
            }

            foreach ((string label, string command) in OutcomeFigures.NextCommands(outcome))
            {
                _console.WriteLine();
                _console.MarkupLineInterpolated($"[grey]{label}:[/]");
                // Written past the layout: a command that is to be copied must not be wrapped.
                _console.Profile.Out.Writer.WriteLine($"  {command}");
            }
        }
    }

    /// <inheritdoc/>
    public void OnMemory(MemoryExplanation memory) => _console.Write(FigureTable.Of(MemoryFigures.Of(memory)));

    /// <inheritdoc/>
    public void OnStopRequested()
    {
        lock (_gate)
        {
            _stopping = true;
            if (_live is null)
            {
                Line("[yellow]stopping; press Ctrl-C again to stop at once[/]");
            }

            Refresh();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            EndLive();
            AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
        }
    }

    private void Refresh()
    {
        if (_live is not null && _progress is not null)
        {
            _live.UpdateTarget(LiveTrainingView.Render(_progress, _console, _stopping));
            _lastRefresh = Stopwatch.GetTimestamp();
        }
    }

    private void EndLive()
    {
        _live = null;
        _ended.TrySetResult();
        _liveTask?.GetAwaiter().GetResult();
        _liveTask = null;
    }

    private void Line(string markup)
    {
        lock (_gate)
        {
            _console.MarkupLine(markup);
        }
    }

    private void ShowCursor(object? sender, EventArgs e) => _console.Cursor.Show();
}
