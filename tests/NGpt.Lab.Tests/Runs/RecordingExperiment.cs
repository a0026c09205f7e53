using NGpt.Lab.Runs;

namespace NGpt.Lab.Tests.Runs;

/// <summary>Records the events of an experiment.</summary>
internal sealed class RecordingExperiment : IExperimentObserver
{
    public List<string> Warnings { get; } = [];

    public List<string> Decisions { get; } = [];

    public List<string> Started { get; } = [];

    public List<(RunResult Result, bool WasFinished)> Ended { get; } = [];

    public PlanSummary? Plan { get; private set; }

    public int Steps { get; private set; }

    /// <summary>Called after every step of a run with the number of steps so far.</summary>
    public Action<int>? AfterStep { get; init; }

    public void OnWarning(string message) => Warnings.Add(message);

    public void OnPreparing(string message)
    {
    }

    public void OnPlan(PlanSummary plan) => Plan = plan;

    public void OnRunStarted(PlannedRun run, int number, int count) => Started.Add(run.Name);

    public void OnRunProgress(int stepsTaken, int steps) => AfterStep?.Invoke(++Steps);

    public void OnRunEnded(RunResult result, bool wasFinished) => Ended.Add((result, wasFinished));

    public void OnDecision(string message) => Decisions.Add(message);
}
