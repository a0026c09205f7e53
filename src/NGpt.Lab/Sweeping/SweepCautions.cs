using System.Globalization;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>What a reader has to know before believing what a sweep found.</summary>
internal static class SweepCautions
{
    // The paper's smallest model has ten times as many parameters.
    private const long SmallModel = 50_000_000;

    public static IEnumerable<string> Of(SweepResult result)
    {
        SweepPlan plan = result.Plan;
        if (result.Outcomes.Count < plan.RunCount)
        {
            yield return $"{result.Outcomes.Count} of {plan.RunCount} runs are done{(result.End == SequenceEnd.OutOfTime ? ": the time was over" : "")}. Sizes that lack a rate are left out; the same command goes on.";
        }

        int seeds = result.Transfers.Min(transfer => transfer.SeedCount);
        if (seeds == 1)
        {
            yield return "One seed: what differs between seeds cannot be told from what differs between learning rates or sizes. Near the best rate losses differ little, so its place is rough.";
        }
        else if (seeds < 5)
        {
            yield return $"{seeds} seeds: intervals of so few are wide and rough.";
        }

        string[] ends = [.. result.Transfers.SelectMany(transfer => transfer.Curves
            .Where(curve => curve.Best is { IsAtEnd: true })
            .Select(curve => $"{SweepReport.Name(transfer.Parametrization)} at {plan.Text(curve.Multiple)}"))];
        if (ends.Length > 0)
        {
            yield return $"The best rate lies at the end of those tried, so a better one may lie beyond: {string.Join(", ", ends)}. Other --rates in another --out would tell.";
        }

        string[] diverged = [.. result.Outcomes.Where(outcome => outcome.Result.Divergence is not null).Select(outcome => outcome.Result.Planned.Name)];
        if (diverged.Length > 0)
        {
            yield return $"{(diverged.Length == 1 ? "One run" : $"{diverged.Length} runs")} diverged: {string.Join(", ", diverged)}.";
        }

        RecordedRun[] runs = [.. result.Outcomes.Select(outcome => outcome.Result.Recorded).OfType<RecordedRun>()];
        long largest = runs.Max(run => run.Config.Model.ParameterCount);
        if (largest < SmallModel)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The models are small: the largest has {largest:N0} parameters and {runs.Max(run => run.Last.Tokens):N0} training tokens.");
        }

        double passes = (double)runs.Max(run => run.Last.Tokens) / Math.Max(1, plan.TrainingTokens);
        if (passes > 1.5)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The longest runs read the training text {passes:0.0} times: rules for learning rates assume text that is always new.");
        }
    }
}
