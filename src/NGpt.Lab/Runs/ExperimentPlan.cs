namespace NGpt.Lab.Runs;

/// <summary>What an experiment is going to do, before it does it.</summary>
/// <param name="Facts">Label and value, in the order in which they are shown.</param>
/// <param name="RunCount">Runs that it needs in any case.</param>
/// <param name="MaxFurtherRuns">Runs that it may add, for example where the best learning rate lies at the end of the grid.</param>
/// <param name="Estimate">Time of the runs that it needs in any case, from steps timed on this machine.</param>
/// <param name="Budget">Time after which it stops; null for none.</param>
public sealed record ExperimentPlan(
    IReadOnlyList<(string Label, string Value)> Facts, int RunCount, int MaxFurtherRuns, TimeSpan Estimate, TimeSpan? Budget);
