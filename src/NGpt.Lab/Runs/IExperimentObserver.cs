namespace NGpt.Lab.Runs;

/// <summary>The plan of an experiment as it is shown before the first run.</summary>
/// <param name="Facts">Label and value, in the order in which they are shown.</param>
/// <param name="RunCount">Runs that are needed in any case.</param>
/// <param name="MaxExtraRuns">Runs that may be added, for example where the best learning rate is at the end of the grid.</param>
/// <param name="Estimate">Time of the runs that are needed in any case, from steps timed on this machine.</param>
/// <param name="Budget">Time limit; null for none.</param>
internal sealed record PlanSummary(
    IReadOnlyList<(string Label, string Value)> Facts, int RunCount, int MaxExtraRuns, TimeSpan Estimate, TimeSpan? Budget);

/// <summary>Receives the events of an experiment, in order, on the thread that runs it. Implementations must be quick.</summary>
internal interface IExperimentObserver
{
    /// <summary>A warning.</summary>
    void OnWarning(string message);

    /// <summary>Data or models are being prepared.</summary>
    void OnPreparing(string message);

    /// <summary>The first run is about to start.</summary>
    void OnPlan(PlanSummary plan);

    /// <summary>A run starts or resumes; its number counts from 1.</summary>
    void OnRunStarted(PlannedRun run, int number, int count);

    /// <summary>A run took a step.</summary>
    void OnRunProgress(int stepsTaken, int steps);

    /// <summary>A run is finished, or an earlier call finished it.</summary>
    void OnRunEnded(RunResult result, bool wasFinished);

    /// <summary>A result that the next runs depend on, for example the best learning rate.</summary>
    void OnDecision(string message);
}
