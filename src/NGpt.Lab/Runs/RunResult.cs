namespace NGpt.Lab.Runs;

/// <summary>What became of a planned run.</summary>
/// <param name="Planned">The run that was asked for.</param>
/// <param name="Recorded">The finished run; null where it diverged or where there was no time to finish it.</param>
/// <param name="Divergence">What was not finite, and when; null for a run that did not diverge.</param>
public sealed record RunResult(PlannedRun Planned, RecordedRun? Recorded, string? Divergence)
{
    /// <summary>Whether there is nothing left to do for it: it was trained to its end, or it diverged.</summary>
    public bool IsDone => Recorded is not null || Divergence is not null;

    /// <summary>Its last held-out loss: infinite where it diverged.</summary>
    /// <param name="measure">In what.</param>
    /// <returns>The loss; NaN for a run that is not done.</returns>
    public double FinalLoss(LossMeasure measure) =>
        Recorded is RecordedRun run ? RecordedRun.LossOf(run.Last, measure) : Divergence is null ? double.NaN : double.PositiveInfinity;
}
