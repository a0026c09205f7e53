using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Lab.Runs;
using static NGpt.Lab.Runs.RunDescription;

namespace NGpt.Lab.Sweeping;

/// <summary>
/// Trains a small base model and multiples of it at every learning rate of a grid, with the published parametrization
/// and with νGPT. The same call on the same folder resumes an earlier one.
/// </summary>
internal static class Sweep
{
    /// <summary>Runs a sweep until it is complete, stopped or out of time.</summary>
    public static SweepResult Run(SweepOptions options, IExperimentObserver observer, CancellationToken stop)
    {
        return new SweepExperiment(options, observer, stop).Run();
    }
}

internal sealed class SweepExperiment(SweepOptions options, IExperimentObserver observer, CancellationToken stop)
    : Experiment<SweepPlan, SweepResult>(options, SweepPlanner.BudgetOf(options), SweepPlan.File, observer, stop)
{
    protected override SweepPlan Draft() => SweepPlanner.Draft(options);

    protected override IReadOnlyList<SettingLayers> Models(SweepPlan plan) =>
        [.. plan.Multiples.Select(multiple => SettingLayers.Create(plan.SettingsFor(Parametrization.Published, multiple), plan.ConfigPath))];

    // More training tokens are more of the same steps.
    protected override IReadOnlyList<RunCost> Measure(IReadOnlyList<SettingLayers> models, Dataset dataset) => options.Axis == SweepAxis.Tokens
        ? [.. Enumerable.Repeat(RunTimer.Measure(models[0], dataset), models.Count)]
        : base.Measure(models, dataset);

    protected override SweepPlan Fit(SweepPlan draft, Dataset dataset, IReadOnlyList<RunCost> costs) =>
        SweepPlanner.Fit(draft with { DataFingerprint = dataset.Fingerprint, TrainingTokens = dataset.Train.Count }, options, costs);

    protected override PlanSummary Summarize(SweepPlan plan, IReadOnlyList<ModelConfig> models, Dataset dataset, IReadOnlyList<RunCost> costs)
    {
        IEnumerable<RunCost> different = plan.Axis == SweepAxis.Tokens ? costs.Take(1) : costs;
        string multiples = plan.Axis == SweepAxis.Tokens ? $", and {string.Join(", ", plan.Multiples.Skip(1))} times as many" : "";
        return new PlanSummary(
            [
                ("base model", Text($"nGPT, {Shape(models[0])}, {models[0].ParameterCount:N0} parameters")),
                ("sizes", string.Join("; ", plan.Multiples.Zip(models, (multiple, model) => Text($"{plan.SizeText(multiple)}, {model.ParameterCount:N0} parameters")))),
                ("data", Text($"{dataset.Train.Count:N0} training tokens, {dataset.Validation.Count:N0} held-out tokens")),
                ("each run", Text($"{Count(plan.Base.Steps, "step")} of {plan.TokensPerStep:N0} tokens{multiples}")),
                ("learning rates", $"{Rates(plan.Rates)}, each as published and with νGPT"),
                (plan.Seeds.Count == 1 ? "seed" : "seeds", string.Join(", ", plan.Seeds)),
                ("step time", string.Join(", ", different.Select(cost => Text($"{cost.Step * 1000:0.0} ms")))),
            ],
            plan.RunCount,
            0,
            SweepPlanner.Estimate(plan, costs),
            SweepPlanner.BudgetOf(options));
    }

    protected override void Compare(PlanDifferences differences, SweepPlan stored, SweepPlan asked)
    {
        differences.Compare("--axis", stored.Axis.Name(), asked.Axis.Name());
        differences.Compare("base model of", Shape(stored), Shape(asked));
        differences.Compare("--multiples", stored.Multiples, asked.Multiples);
        differences.Compare("--rates", stored.Rates, asked.Rates);
        differences.Compare("--seed", $"{stored.Seeds[0]}", $"{asked.Seeds[0]}");
        differences.Compare("--eval-interval", $"{stored.EvalInterval}", $"{asked.EvalInterval}");
        if (options.Steps is int steps)
        {
            differences.Compare("--steps", $"{stored.Base.Steps}", $"{steps}");
        }

        static string Shape(SweepPlan plan) =>
            $"{plan.Base.Layers} layers, width {plan.Base.Width}, {plan.Base.Heads} heads, MLP {plan.Base.MlpWidth}, {plan.TokensPerStep} tokens per step";
    }

    protected override SweepResult Train(SweepPlan plan, RunSequence runs)
    {
        List<SweptOutcome> outcomes = [];
        List<SweptOutcome> size = [];
        foreach (SweptRun run in plan.Runs())
        {
            RunResult result = runs.Train(run.Planned(plan));
            if (result.IsDone)
            {
                outcomes.Add(new SweptOutcome(run, result));
                size.Add(outcomes[^1]);
                if (size.Count == plan.Rates.Count)
                {
                    Observer.OnDecision(Decision(plan, size));
                    size.Clear();
                }
            }
            else if (runs.End != ExperimentEnd.None)
            {
                break;
            }
        }

        return new SweepResult(plan, runs.End, outcomes);
    }

    private static string Decision(SweepPlan plan, List<SweptOutcome> size)
    {
        SweptRun run = size[0].Run;
        BestRate? best = BestRate.Of(plan.Rates, [.. size.Select(outcome => outcome.Result.FinalLoss(LossMeasure.BitsPerByte))]);
        string found = best is null ? "no rate converged" : Text($"best learning rate {best.Rate:0.######}{(best.IsAtEnd ? ", at the end of the grid" : "")}");
        return $"{run.Parametrization.DisplayName()}, {plan.SizeText(run.Multiple)}, seed {run.Seed}: {found}";
    }
}
