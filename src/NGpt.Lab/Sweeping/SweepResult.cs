using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>The results of a sweep.</summary>
internal sealed class SweepResult
{
    private const LossMeasure Measure = LossMeasure.BitsPerByte;

    /// <summary>Evaluates the outcomes.</summary>
    public SweepResult(SweepPlan plan, ExperimentEnd end, IReadOnlyList<SweptOutcome> outcomes)
    {
        (Plan, End, Outcomes) = (plan, end, outcomes);
        Dictionary<SweptRun, double> losses = outcomes.ToDictionary(outcome => outcome.Run, outcome => outcome.Result.FinalLoss(Measure));
        Transfers = [.. SweepPlan.Parametrizations.Select(parametrization => Transfer(plan, parametrization, losses)).OfType<RateTransfer>()];
    }

    /// <summary>The plan.</summary>
    public SweepPlan Plan { get; }

    /// <summary>Why the sweep stopped before all runs were trained, if it did.</summary>
    public ExperimentEnd End { get; }

    /// <summary>The runs that finished or diverged, in their order.</summary>
    public IReadOnlyList<SweptOutcome> Outcomes { get; }

    /// <summary>For each parametrization the sizes that were trained at every rate, with the seeds that all sizes have.</summary>
    public IReadOnlyList<RateTransfer> Transfers { get; }

    /// <summary>Whether the base model was trained at every rate with every parametrization, and one run converged.</summary>
    public bool CanBeReported =>
        Transfers.Count == SweepPlan.Parametrizations.Count && Outcomes.Any(outcome => outcome.Result.Recorded is not null);

    /// <summary>Time of the steps of all runs.</summary>
    public TimeSpan TrainingTime =>
        TimeSpan.FromSeconds(Outcomes.Select(outcome => outcome.Result.Recorded).OfType<RecordedRun>().Sum(run => run.TrainingTime.TotalSeconds));

    private static RateTransfer? Transfer(SweepPlan plan, Parametrization parametrization, Dictionary<SweptRun, double> losses)
    {
        // Runs are ordered by seed, then by multiple, so that complete multiples come first.
        (int Multiple, double[][] Losses)[] complete = [.. plan.Multiples.Select(multiple => (multiple, Complete(multiple))).TakeWhile(curve => curve.Item2.Length > 0)];
        if (complete.Length == 0)
        {
            return null;
        }

        int seeds = complete.Min(curve => curve.Losses.Length);
        return new RateTransfer(parametrization, [.. complete.Select(curve => new RateCurve(curve.Multiple, plan.Rates, curve.Losses[..seeds]))]);

        double[][] Complete(int multiple) =>
        [
            .. plan.Seeds
                .Select(seed => plan.Rates.Select(rate => new SweptRun(parametrization, multiple, rate, seed)).ToArray())
                .TakeWhile(runs => Array.TrueForAll(runs, losses.ContainsKey))
                .Select(runs => runs.Select(run => losses[run]).ToArray()),
        ];
    }
}

/// <summary>A run of a sweep that finished or diverged.</summary>
internal sealed record SweptOutcome(SweptRun Run, RunResult Result);
