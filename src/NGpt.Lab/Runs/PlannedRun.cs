using NGpt.Core.Configuration;

namespace NGpt.Lab.Runs;

/// <summary>A run of an experiment.</summary>
/// <param name="Name">Name of its folder, unique within the experiment.</param>
/// <param name="Architecture">The architecture that it trains.</param>
/// <param name="Settings">Settings of <c>ngpt train</c>, names without dashes.</param>
/// <param name="ConfigPath">A configuration file under the settings, or null.</param>
internal sealed record PlannedRun(string Name, Architecture Architecture, IReadOnlyList<(string Name, string Value)> Settings, string? ConfigPath = null);

/// <summary>The result of a planned run.</summary>
/// <param name="Planned">The plan.</param>
/// <param name="Recorded">The finished run; null where it diverged or was not finished.</param>
/// <param name="Divergence">Which value was not finite, and at which step; null for a run that did not diverge.</param>
internal sealed record RunResult(PlannedRun Planned, RecordedRun? Recorded, string? Divergence)
{
    /// <summary>Whether the run is finished or diverged, so that nothing is left to train.</summary>
    public bool IsDone => Recorded is not null || Divergence is not null;

    /// <summary>The last held-out loss: infinite where the run diverged, NaN where it is not finished.</summary>
    public double FinalLoss(LossMeasure measure) =>
        Recorded is RecordedRun run ? RecordedRun.LossOf(run.Last, measure) : Divergence is null ? double.NaN : double.PositiveInfinity;
}
