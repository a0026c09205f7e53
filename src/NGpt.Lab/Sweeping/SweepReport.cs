using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;
using static NGpt.Lab.Runs.RunDescription;

namespace NGpt.Lab.Sweeping;

/// <summary>Makes the report of a sweep: whether the best learning rate transferred, what limits the findings, figures and tables.</summary>
internal static class SweepReport
{
    /// <summary>The report of a sweep.</summary>
    public static Report Of(SweepResult result, ReportOrigin origin)
    {
        SweepPlan plan = result.Plan;
        return new Report
        {
            Title = $"Does the best learning rate transfer along {plan.Axis.Name()}?",
            Findings = Findings(result),
            Cautions = [.. SweepCautions.Of(result)],
            Sections =
            [
                new ReportSection("Best learning rate",
                [
                    "The base learning rate is the one given on the command line. The published parametrization trains every parameter with it. νGPT (arXiv 2604.27077) multiplies it by factors that depend on how much wider, deeper and longer trained a model is than the base model, so that the rate tuned on the base model can be kept. For the base model itself the two differ only in how α is stored.",
                    "The best rate is the lowest point of a parabola in the logarithm of the rate, through the tried rate with the lowest loss and its two neighbours. The drift is the exponent of the best rate as a power of the multiple, by least squares in logarithms: 0 where the rate transfers, -0.5 where four times the size needs half the rate."
                    + (plan.Seeds.Count > 1 ? Text($" Rates are chosen by the mean over the seeds; intervals contain the true value in about {SeedBootstrap.Confidence:0%} of such experiments and come from resampling the seeds.") : ""),
                ])
                {
                    Tables = [BestRateTable(result)],
                    Figures = [SweepFigures.BestRates(result)],
                },
                new ReportSection("Loss by learning rate", [$"Held-out loss in bits per byte at the end of each run, measured on {HeldOut(result.Outcomes.Select(outcome => outcome.Result.Recorded).OfType<RecordedRun>())}, the same ones for all runs; no run was trained on them."])
                {
                    Figures = [.. result.Transfers.Select(transfer => SweepFigures.LossByRate(plan, transfer))],
                },
                new ReportSection("All runs", ["The learning rate of a run is the base learning rate after the parametrization's factor for the whole model; νGPT also has factors for each kind of matrix."])
                {
                    Tables = [RunTable(result)],
                },
            ],
            Origin = origin,
        };
    }

    /// <summary>Model, grid and data of a sweep, for the origin of a report.</summary>
    public static IReadOnlyList<(string Label, string Value)> Configuration(SweepResult result)
    {
        SweepPlan plan = result.Plan;
        RunConfig config = result.Outcomes.Select(outcome => outcome.Result.Recorded).OfType<RecordedRun>().First().Config;
        return
        [
            ("base model", $"nGPT, {Shape(config.Model with { LayerCount = plan.Base.Layers, EmbeddingWidth = plan.Base.Width, HeadCount = plan.Base.Heads, MlpWidth = plan.Base.MlpWidth })}"),
            ("sizes", string.Join(", ", plan.Multiples.Select(plan.SizeText))),
            ("base learning rates", string.Join(", ", plan.Rates.Select(RateText))),
            ("batches", Text($"{plan.TokensPerStep:N0} tokens per step, {Count(plan.Base.Steps, "step")} of the base model")),
            ("recipe", Schedule(config.Training)),
            ("data", DataText(config)),
            ("precision", Precision(config)),
        ];
    }

    private static List<string> Findings(SweepResult result)
    {
        List<string> findings = [.. result.Transfers.Select(transfer => $"{transfer.Parametrization.DisplayName()}: {Change(result.Plan, transfer)}.")];
        if (result.Transfers is [{ IsBound: false } published, { IsBound: false } nuGpt] && nuGpt.ExcessDriftOver(published) is var excess && double.IsFinite(excess.Value))
        {
            string nearer = excess.Value == 0 ? "equally far from 0" : $"{(excess.Value < 0 ? "νGPT" : "the published one")} is nearer to 0";
            string doubt = !excess.HasInterval ? ", but one seed cannot show whether that is more than chance"
                : excess.Includes(0) ? ", but the difference is not significant"
                : "";
            findings.Add(Text($"The drift is {nuGpt.Drift.Value:0.00} with νGPT and {published.Drift.Value:0.00} with the published parametrization: {nearer}{doubt}."));
        }

        findings.AddRange(result.Transfers.Select(transfer => Cost(result.Plan, transfer)).OfType<string>());
        return findings;
    }

    private static string Change(SweepPlan plan, RateTransfer transfer)
    {
        RateCurve[] curves = [.. transfer.Curves];
        if (curves.Length == 1)
        {
            return $"best base learning rate {Found(curves[0])}; no other size is finished";
        }

        string rates = string.Join(", ", curves.Select(Found));
        // Best rates at the same end of the grid are equal, which would look like transfer.
        if (transfer.IsBound)
        {
            return $"best base learning rate {rates}: no drift can be stated while a best rate is at the end of the grid";
        }

        if (!double.IsFinite(transfer.Drift.Value))
        {
            return $"best base learning rate {rates}: no drift can be stated";
        }

        double ratio = transfer.RatioToBase(curves[^1]).Value;
        string interval = transfer.Drift is { Low: double low, High: double high }
            ? Text($", 95% interval {low:0.00} to {high:0.00}{(transfer.Drift.Includes(0) ? ", which includes 0: no significant drift" : "")}")
            : "";
        return Text($"best base learning rate {rates}: {ratio:0.00} times that of the base model at {curves[^1].Multiple} times the {plan.Axis.Name()} (drift {transfer.Drift.Value:0.00}{interval}; 0 is transfer)");

        string Found(RateCurve curve) => $"{BestRateText(curve.Best)} at {plan.SizeText(curve.Multiple)}";
    }

    private static string? Cost(SweepPlan plan, RateTransfer transfer)
    {
        RateCurve largest = transfer.Curves[^1];
        if (largest.Multiple == 1 || transfer.CostOfBaseRate(largest) is not (double rate, double loss))
        {
            return null;
        }

        string at = $"{transfer.Parametrization.DisplayName()}: {RateText(rate)}, the best tried at {plan.SizeText(1)}, ";
        string size = plan.SizeText(largest.Multiple);
        return !double.IsFinite(loss) ? $"{at}diverged at {size}."
            : loss == 0 ? $"{at}is the best tried at {size} too."
            : Text($"{at}ended {loss:0.0000} bits per byte above the best tried at {size}.");
    }

    private static string BestRateText(BestRate? best) => best switch
    {
        null => "none (all diverged)",
        { Position: RatePosition.LowestTried } => $"{RateText(best.Rate)} or lower",
        { Position: RatePosition.HighestTried } => $"{RateText(best.Rate)} or higher",
        _ => RateText(best.Rate),
    };

    private static ReportTable BestRateTable(SweepResult result) => new(
        "best-rates",
        "Best base learning rate by size",
        ["parametrization", "size", "best rate", "95% interval", "over the base model's", "found by", "bits per byte", "more with the base model's best rate"],
        [.. result.Transfers.SelectMany(transfer => transfer.Curves.Select(curve => Row(result.Plan, transfer, curve)))]);

    private static IReadOnlyList<string> Row(SweepPlan plan, RateTransfer transfer, RateCurve curve)
    {
        Estimate rate = transfer.RateOf(curve);
        Estimate ratio = transfer.RatioToBase(curve);
        return
        [
            transfer.Parametrization.DisplayName(),
            plan.SizeText(curve.Multiple),
            curve.Best is BestRate best ? RateText(best.Rate) : "–",
            rate is { Low: double low, High: double high } ? $"{RateText(low)} to {RateText(high)}" : "–",
            double.IsFinite(ratio.Value) ? Text($"{ratio.Value:0.00}") : "–",
            curve.Best?.Position switch
            {
                RatePosition.Interpolated => "parabola",
                RatePosition.BesideDivergence => "tried rate next to one that diverged",
                RatePosition.LowestTried => "lowest of the grid: a bound",
                RatePosition.HighestTried => "highest of the grid: a bound",
                _ => "all diverged",
            },
            curve.Best is BestRate there ? Text($"{there.Loss:0.0000}") : "–",
            transfer.CostOfBaseRate(curve) is (_, double loss) ? double.IsFinite(loss) ? Text($"{loss:0.0000}") : "diverged" : "–",
        ];
    }

    private static ReportTable RunTable(SweepResult result) => new(
        "runs",
        "All runs",
        ["parametrization", "size", "base learning rate", "learning rate", "seed", "final bits per byte", "final loss (nats per token)", "steps", "training time (s)", "run"],
        [.. result.Outcomes.Select(outcome => (IReadOnlyList<string>)
        [
            outcome.Run.Parametrization.DisplayName(),
            result.Plan.SizeText(outcome.Run.Multiple),
            RateText(outcome.Run.Rate),
            outcome.Result.Recorded is RecordedRun run ? RateText(run.Config.Training.LearningRate) : "–",
            Text($"{outcome.Run.Seed}"),
            outcome.Result.Recorded is RecordedRun { Last.BitsPerByte: double bits } ? Text($"{bits:0.0000}") : "diverged",
            outcome.Result.Recorded is RecordedRun { Last.Loss: double nats } ? Text($"{nats:0.0000}") : "–",
            Text($"{result.Plan.SizeOf(outcome.Run.Multiple).Steps:N0}"),
            outcome.Result.Recorded is RecordedRun { TrainingTime: TimeSpan time } ? Text($"{time.TotalSeconds:N0}") : "–",
            outcome.Result.Planned.Name,
        ])]);

    private static string RateText(double rate) => rate.ToString("G3", CultureInfo.InvariantCulture);
}

/// <summary>What limits the findings of a sweep.</summary>
internal static class SweepCautions
{
    // The paper's smallest model has ten times as many parameters.
    private const long SmallModel = 50_000_000;

    public static IEnumerable<string> Of(SweepResult result)
    {
        SweepPlan plan = result.Plan;
        if (result.Outcomes.Count < plan.RunCount)
        {
            yield return $"{result.Outcomes.Count} of {plan.RunCount} runs are finished{(result.End == ExperimentEnd.TimeLimit ? " within the time limit" : "")}. Sizes that lack a rate are excluded; the same command resumes the sweep.";
        }

        int seeds = result.Transfers.Min(transfer => transfer.SeedCount);
        if (seeds == 1)
        {
            yield return "One seed: differences between learning rates or sizes cannot be told from differences between seeds. Losses near the best rate differ little, so that the best rate is approximate.";
        }
        else if (seeds < 5)
        {
            yield return $"{seeds} seeds: intervals are wide and approximate.";
        }

        string[] ends = [.. result.Transfers.SelectMany(transfer => transfer.Curves
            .Where(curve => curve.Best is { IsAtEnd: true })
            .Select(curve => $"{transfer.Parametrization.DisplayName()} at {plan.SizeText(curve.Multiple)}"))];
        if (ends.Length > 0)
        {
            yield return $"The best rate is at the end of the grid, so that a better one may lie beyond: {string.Join(", ", ends)}. Repeat the sweep with other --rates and another --out.";
        }

        string[] diverged = [.. result.Outcomes.Where(outcome => outcome.Result.Divergence is not null).Select(outcome => Describe(plan, outcome.Run))];
        if (diverged.Length > 0)
        {
            yield return $"{Count(diverged.Length, "run")} diverged: {string.Join("; ", diverged)}.";
        }

        RecordedRun[] runs = [.. result.Outcomes.Select(outcome => outcome.Result.Recorded).OfType<RecordedRun>()];
        long largest = runs.Max(run => run.Config.Model.ParameterCount);
        if (largest < SmallModel)
        {
            yield return Text($"The models are small: the largest has {largest:N0} parameters and {runs.Max(run => run.Last.Tokens):N0} training tokens.");
        }

        double epochs = (double)runs.Max(run => run.Last.Tokens) / Math.Max(1, plan.TrainingTokens);
        if (epochs > 1.5)
        {
            yield return Text($"The longest runs took {epochs:0.0} epochs: rules for learning rates assume data that are not repeated.");
        }
    }

    private static string Describe(SweepPlan plan, SweptRun run) =>
        Text($"{run.Parametrization.DisplayName()}, {plan.SizeText(run.Multiple)}, learning rate {run.Rate:G3}, seed {run.Seed}");
}
