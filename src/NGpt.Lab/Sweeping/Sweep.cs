using System.Diagnostics;
using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Data.Preparation;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>
/// Trains a small base model and multiples of it at every learning rate of a grid, with the published parametrization
/// and with νGPT. The same call on the same folder goes on where an earlier one ended.
/// </summary>
public static class Sweep
{
    private const string Experiment = "a sweep";

    /// <summary>Runs a sweep to its end or to the end of its time.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="observer">Receives events.</param>
    /// <param name="stop">Asks to save and stop.</param>
    /// <returns>What was found so far.</returns>
    /// <exception cref="NGptException">It cannot run, does not fit into its time, or its folder holds another sweep.</exception>
    public static SweepResult Run(SweepOptions options, IExperimentObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        long started = Stopwatch.GetTimestamp();
        SweepPlan draft = SweepPlanner.Draft(options);
        Directory.CreateDirectory(options.Folder);
        using RunLock taken = RunLock.Acquire(options.Folder);
        SweepPlan plan = Prepare(draft, options, observer, stop);
        RunSequence runs = new(Path.Combine(options.Folder, "runs"), observer, started, SweepPlanner.BudgetOf(options), stop) { PlannedCount = plan.RunCount };
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
                    observer.OnDecision(Decision(plan, size));
                    size.Clear();
                }
            }
            else if (runs.End != SequenceEnd.None)
            {
                break;
            }
        }

        return new SweepResult(plan, runs.End, outcomes);
    }

    private static SweepPlan Prepare(SweepPlan draft, SweepOptions options, IExperimentObserver observer, CancellationToken stop)
    {
        SweepPlan? stored = SweepPlanFile.Instance.Load(options.Folder);
        if (stored is not null)
        {
            RequireSame(stored, draft, options);
            draft = stored;
        }

        SettingLayers[] sizes = [.. draft.Multiples.Select(multiple => SettingLayers.Create(draft.SettingsFor(Parametrization.Published, multiple), draft.ConfigPath))];
        using Dataset dataset = ExperimentData.Prepare(sizes[0], stored?.DataFingerprint, options.Folder, Experiment, observer, stop);
        observer.OnPreparing("timing a few steps of each size");
        // Longer training takes the same steps.
        RunCost[] costs = draft.Axis == SweepAxis.Tokens
            ? [.. Enumerable.Repeat(RunTimer.Measure(sizes[0], dataset), sizes.Length)]
            : [.. sizes.Select(size => RunTimer.Measure(size, dataset))];
        SweepPlan plan = stored ?? SweepPlanner.Fit(
            draft with { DataFingerprint = dataset.Fingerprint, TrainingTokens = dataset.Train.Count }, options, costs);
        SweepPlanFile.Instance.Save(plan, options.Folder);
        observer.OnPlan(new ExperimentPlan(
            Facts(plan, sizes, dataset, costs), plan.RunCount, 0, SweepPlanner.Estimate(plan, costs), SweepPlanner.BudgetOf(options)));
        return plan;
    }

    private static IReadOnlyList<(string Label, string Value)> Facts(SweepPlan plan, SettingLayers[] sizes, Dataset dataset, RunCost[] costs)
    {
        ModelConfig[] models = [.. sizes.Select(size => RunConfigResolver.ResolveModel(size, dataset.Tokenizer.VocabularySize))];
        IEnumerable<RunCost> different = plan.Axis == SweepAxis.Tokens ? costs.Take(1) : costs;
        return
        [
            ("base model", string.Create(CultureInfo.InvariantCulture, $"nGPT, {plan.Base.Layers} layers, width {plan.Base.Width}, {plan.Base.Heads} heads, context {models[0].ContextLength}, vocabulary {models[0].VocabularySize:N0}, {models[0].ParameterCount:N0} parameters")),
            ("sizes", string.Join("; ", plan.Multiples.Zip(models, (multiple, model) => string.Create(CultureInfo.InvariantCulture, $"{plan.Text(multiple)}, {model.ParameterCount:N0} parameters")))),
            ("data", string.Create(CultureInfo.InvariantCulture, $"{dataset.Train.Count:N0} tokens and {dataset.Validation.Count:N0} held out")),
            ("each run", string.Create(CultureInfo.InvariantCulture, $"{plan.Base.Steps:N0} steps of {plan.TokensPerStep:N0} tokens{(plan.Axis == SweepAxis.Tokens ? $", and {string.Join(", ", plan.Multiples.Skip(1))} times as many" : "")}")),
            ("learning rates", $"{string.Join(", ", plan.Rates.Select(RateText))}, each as published and with νGPT"),
            (plan.Seeds.Count == 1 ? "seed" : "seeds", string.Join(", ", plan.Seeds)),
            ("a step takes", string.Join(", ", different.Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Step * 1000:0.0} ms")))),
        ];
    }

    private static string Decision(SweepPlan plan, List<SweptOutcome> size)
    {
        SweptRun run = size[0].Run;
        BestRate? best = BestRate.Of(plan.Rates, [.. size.Select(outcome => outcome.Result.FinalLoss(LossMeasure.BitsPerByte))]);
        string found = best is null ? "no rate converged" : $"best learning rate {RateText(best.Rate)}{(best.IsAtEnd ? ", at the end of those tried" : "")}";
        return $"{SweepReport.Name(run.Parametrization)}, {plan.Text(run.Multiple)}, seed {run.Seed}: {found}";
    }

    private static string RateText(double rate) => rate.ToString("0.######", CultureInfo.InvariantCulture);

    private static void RequireSame(SweepPlan stored, SweepPlan asked, SweepOptions options)
    {
        PlanDifferences differences = new();
        differences.Compare("--axis", stored.Axis.Name(), asked.Axis.Name());
        differences.Compare("preset", stored.Preset, asked.Preset);
        differences.CompareSettings(stored.Given, asked.Given);
        differences.Compare("--config", stored.ConfigPath ?? "none", asked.ConfigPath ?? "none");
        differences.Compare("a base of", Shape(stored), Shape(asked));
        differences.Compare("--multiples", string.Join(',', stored.Multiples), string.Join(',', asked.Multiples));
        differences.Compare("--rates", string.Join(',', stored.Rates), string.Join(',', asked.Rates));
        differences.Compare("--seed", $"{stored.Seeds[0]}", $"{asked.Seeds[0]}");
        differences.Compare("--seeds", $"{stored.Seeds.Count}", $"{asked.Seeds.Count}");
        differences.Compare("--eval-interval", $"{stored.EvalInterval}", $"{asked.EvalInterval}");
        if (options.Steps is int steps)
        {
            differences.Compare("--steps", $"{stored.Base.Steps}", $"{steps}");
        }

        differences.RequireNone(options.Folder, Experiment);

        static string Shape(SweepPlan plan) =>
            $"{plan.Base.Layers} layers, width {plan.Base.Width}, {plan.Base.Heads} heads, MLP {plan.Base.MlpWidth}, {plan.TokensPerStep} tokens a step";
    }
}
