using System.Diagnostics;
using NGpt.Lab.Runs;

namespace NGpt.Cli.Display;

/// <summary>Shows an experiment as plain lines.</summary>
/// <param name="output">Where the lines go; not disposed.</param>
public sealed class PlainExperimentDisplay(TextWriter output) : IExperimentObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private string _run = "";
    private long _lastLine;

    /// <inheritdoc/>
    public void OnWarning(string message) => Line($"warning: {message}");

    /// <inheritdoc/>
    public void OnPreparing(string message) => Line(message);

    /// <inheritdoc/>
    public void OnPlan(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Line("");
        FigureLines.Write(output, ExperimentLines.Of(plan));
        Line("");
    }

    /// <inheritdoc/>
    public void OnRunStarted(PlannedRun run, int number, int count)
    {
        ArgumentNullException.ThrowIfNull(run);
        _run = $"run {number}/{count}";
        _lastLine = Stopwatch.GetTimestamp();
        Line($"{_run}  {run.Name}");
    }

    /// <inheritdoc/>
    public void OnRunProgress(int taken, int steps)
    {
        if (Stopwatch.GetElapsedTime(_lastLine) >= Interval)
        {
            _lastLine = Stopwatch.GetTimestamp();
            Line($"{_run}  step {taken}/{steps}");
        }
    }

    /// <inheritdoc/>
    public void OnRunEnded(RunResult result, bool wasThere)
    {
        ArgumentNullException.ThrowIfNull(result);
        Line($"      {ExperimentLines.Of(result, wasThere)}");
    }

    /// <inheritdoc/>
    public void OnDecision(string message) => Line(message);

    private void Line(string text)
    {
        output.WriteLine(text);
        output.Flush();
    }
}
