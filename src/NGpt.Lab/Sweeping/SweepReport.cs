using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;

namespace NGpt.Lab.Sweeping;

/// <summary>Says whether the best learning rate transferred, with everything that a reader has to know before believing it.</summary>
public static class SweepReport
{
    /// <summary>The report of a sweep.</summary>
    /// <param name="result">What it found; <see cref="SweepResult.CanBeReported"/>.</param>
    /// <param name="origin">How it was made.</param>
    /// <returns>The report.</returns>
    public static Report Of(SweepResult result, ReportOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(result);
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
                    "The base learning rate is what is given on the command line. The published parametrization trains every parameter with it. νGPT (arXiv 2604.27077) multiplies it with factors that follow from how much wider, deeper and longer trained a model is than the base model, so that the rate tuned on the base model can be kept. On the base model itself the two differ only in how α is stored.",
                    "The best rate is the lowest point of a parabola in the logarithm of the rate, through the tried rate with the lowest loss and its two neighbours. The drift is the exponent of the best rate as a power of the multiple, by least squares in logarithms: 0 where the rate transfers, -0.5 where four times the size needs half the rate."
                    + (plan.Seeds.Count > 1 ? Text($" Rates are chosen by the mean over the seeds; intervals hold the true value in about {SeedBootstrap.Confidence:0%} of such experiments and come from drawing the seeds again.") : ""),
                ])
                {
                    Tables = [BestRateTable(result)],
                    Figures = [SweepFigures.BestRates(result)],
                },
                new ReportSection("Loss by learning rate", ["Loss on held-out text in bits per byte at the end of each run: the same text for all, never trained on."])
                {
                    Figures = [.. result.Transfers.Select(transfer => SweepFigures.LossByRate(plan, transfer))],
                },
                new ReportSection("All runs", ["The learning rate of a run is the one that its parametrization made of the base learning rate; νGPT has further factors by kind of matrix."])
                {
                    Tables = [RunTable(result)],
                },
            ],
            Origin = origin,
        };
    }

    /// <summary>Model, grid and data of a sweep, for the origin of a report.</summary>
    /// <param name="result">What it found; <see cref="SweepResult.CanBeReported"/>.</param>
    /// <returns>Label and value.</returns>
    public static IReadOnlyList<(string Label, string Value)> Configuration(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        SweepPlan plan = result.Plan;
        RunConfig config = result.Outcomes.Select(outcome => outcome.Result.Recorded).OfType<RecordedRun>().First().Config;
        return
        [
            ("base model", Text($"nGPT, {plan.Base.Layers} layers, width {plan.Base.Width}, {plan.Base.Heads} heads, MLP {plan.Base.MlpWidth}, context {config.Model.ContextLength}, vocabulary {config.Model.VocabularySize:N0}")),
            ("sizes", string.Join(", ", plan.Multiples.Select(plan.Text))),
            ("base learning rates", string.Join(", ", plan.Rates.Select(Rate))),
            ("batches", Text($"{plan.TokensPerStep:N0} tokens a step, {plan.Base.Steps:N0} steps of the base model")),
            ("recipe", Text($"{config.Training.Schedule.Name()} to {Rate(config.Training.MinLearningRate)}, warmup {config.Training.WarmupSteps} steps, weight decay {config.Training.WeightDecay:0.####}, Adam {config.Training.Beta1}, {config.Training.Beta2}, gradient clip {config.Training.GradientClip}")),
            ("data", $"{config.Data.Source}, tokenizer {config.Data.Tokenizer}, fingerprint {config.Data.Fingerprint}"),
            ("precision", $"{config.Precision.Name()} matrix products, float32 weights and moments, {config.Engine.Name()} engine"),
        ];
    }

    /// <summary>The name of a parametrization in a text.</summary>
    /// <param name="parametrization">The parametrization.</param>
    /// <returns><c>published</c> or <c>νGPT</c>.</returns>
    public static string Name(Parametrization parametrization) => parametrization == Parametrization.NuGpt ? "νGPT" : "published";

    private static List<string> Findings(SweepResult result)
    {
        List<string> findings = [.. result.Transfers.Select(transfer => $"{Name(transfer.Parametrization)}: {Change(result.Plan, transfer)}.")];
        if (result.Transfers is [{ IsBound: false } published, { IsBound: false } nuGpt] && nuGpt.ExcessDriftOver(published) is var excess && double.IsFinite(excess.Value))
        {
            string nearer = excess.Value == 0 ? "equally far from 0" : $"{(excess.Value < 0 ? "νGPT" : "the published one")} is nearer to 0";
            string doubt = !excess.HasInterval ? "; one seed cannot tell whether that is more than chance"
                : excess.Includes(0) ? "; the seeds cannot tell that from chance"
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
        // Rates at the end of the grid would look like transfer: each of them is the same one.
        if (transfer.IsBound)
        {
            return $"best base learning rate {rates}: no drift can be stated while a best rate lies at the end of those tried";
        }

        if (!double.IsFinite(transfer.Drift.Value))
        {
            return $"best base learning rate {rates}: no drift can be stated";
        }

        double ratio = transfer.RatioToBase(curves[^1]).Value;
        string interval = transfer.Drift is { Low: double low, High: double high }
            ? Text($", 95% interval {low:0.00} to {high:0.00}{(transfer.Drift.Includes(0) ? ", which includes 0: no drift that the seeds could tell from none" : "")}")
            : "";
        return Text($"best base learning rate {rates}: {ratio:0.00} times that of the base model at {curves[^1].Multiple} times the {plan.Axis.Name()} (drift {transfer.Drift.Value:0.00}{interval}; 0 is transfer)");

        string Found(RateCurve curve) => $"{RateText(curve.Best)} at {plan.Text(curve.Multiple)}";
    }

    private static string? Cost(SweepPlan plan, RateTransfer transfer)
    {
        RateCurve largest = transfer.Curves[^1];
        if (largest.Multiple == 1 || transfer.CostOfBaseRate(largest) is not (double rate, double loss))
        {
            return null;
        }

        string at = $"{Name(transfer.Parametrization)}: {Rate(rate)}, the best tried at {plan.Text(1)}, ";
        string size = plan.Text(largest.Multiple);
        return !double.IsFinite(loss) ? $"{at}diverged at {size}."
            : loss == 0 ? $"{at}is the best tried at {size} too."
            : Text($"{at}ended {loss:0.0000} bits per byte above the best tried at {size}.");
    }

    private static string RateText(BestRate? best) => best switch
    {
        null => "none (all diverged)",
        { Position: RatePosition.LowestTried } => $"{Rate(best.Rate)} or lower",
        { Position: RatePosition.HighestTried } => $"{Rate(best.Rate)} or higher",
        _ => Rate(best.Rate),
    };

    private static ReportTable BestRateTable(SweepResult result) => new(
        "best-rates",
        "Best base learning rate by size",
        ["parametrization", "size", "best rate", "95% interval", "over the base model's", "how it was found", "bits per byte there", "more with the base model's best rate"],
        [.. result.Transfers.SelectMany(transfer => transfer.Curves.Select(curve => Row(result.Plan, transfer, curve)))]);

    private static IReadOnlyList<string> Row(SweepPlan plan, RateTransfer transfer, RateCurve curve)
    {
        Estimate rate = transfer.RateOf(curve);
        Estimate ratio = transfer.RatioToBase(curve);
        return
        [
            Name(transfer.Parametrization),
            plan.Text(curve.Multiple),
            curve.Best is BestRate best ? Rate(best.Rate) : "–",
            rate is { Low: double low, High: double high } ? $"{Rate(low)} to {Rate(high)}" : "–",
            double.IsFinite(ratio.Value) ? Text($"{ratio.Value:0.00}") : "–",
            curve.Best?.Position switch
            {
                RatePosition.Interpolated => "parabola",
                RatePosition.BesideDivergence => "tried rate beside one that diverged",
                RatePosition.LowestTried => "lowest tried: a bound",
                RatePosition.HighestTried => "highest tried: a bound",
                _ => "all diverged",
            },
            curve.Best is BestRate there ? Text($"{there.Loss:0.0000}") : "–",
            transfer.CostOfBaseRate(curve) is (_, double loss) ? double.IsFinite(loss) ? Text($"{loss:0.0000}") : "diverged" : "–",
        ];
    }

    private static ReportTable RunTable(SweepResult result) => new(
        "runs",
        "All runs",
        ["run", "parametrization", "size", "base learning rate", "learning rate", "seed", "final bits per byte", "final loss (nats a token)", "steps", "training time (s)"],
        [.. result.Outcomes.Select(outcome => (IReadOnlyList<string>)
        [
            outcome.Result.Planned.Name,
            Name(outcome.Run.Parametrization),
            result.Plan.Text(outcome.Run.Multiple),
            Rate(outcome.Run.Rate),
            outcome.Result.Recorded is RecordedRun run ? Rate(run.Config.Training.LearningRate) : "–",
            Text($"{outcome.Run.Seed}"),
            outcome.Result.Recorded is RecordedRun { Last.BitsPerByte: double bits } ? Text($"{bits:0.0000}") : "diverged",
            outcome.Result.Recorded is RecordedRun { Last.Loss: double nats } ? Text($"{nats:0.0000}") : "–",
            Text($"{result.Plan.SizeOf(outcome.Run.Multiple).Steps:N0}"),
            outcome.Result.Recorded is RecordedRun { TrainingTime: TimeSpan time } ? Text($"{time.TotalSeconds:N0}") : "–",
        ])]);

    private static string Rate(double rate) => rate.ToString("G3", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
