using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Lab.Runs;
using static NGpt.Lab.Runs.RunDescription;

namespace NGpt.Lab.Comparing;

/// <summary>
/// Trains nGPT and the GPT baseline on the same batches: chooses the recipe of each with one seed, then trains both with
/// several other seeds. The same call on the same folder resumes an earlier one.
/// </summary>
internal static class Comparison
{
    /// <summary>Runs a comparison until it is complete, stopped or out of time.</summary>
    public static ComparisonResult Run(ComparisonOptions options, IExperimentObserver observer, CancellationToken stop)
    {
        return new ComparisonExperiment(options, observer, stop).Run();
    }
}

/// <summary>The results of a comparison.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="End">Why it stopped before all runs were trained, if it did.</param>
/// <param name="NGptChoice">How nGPT's recipe was chosen.</param>
/// <param name="GptChoice">How the baseline's recipe was chosen.</param>
/// <param name="NGptRuns">nGPT's finished runs, in the order of the seeds.</param>
/// <param name="GptRuns">The baseline's finished runs, in the order of the seeds.</param>
internal sealed record ComparisonResult(
    ComparisonPlan Plan,
    ExperimentEnd End,
    RecipeChoice NGptChoice,
    RecipeChoice GptChoice,
    IReadOnlyList<RecordedRun> NGptRuns,
    IReadOnlyList<RecordedRun> GptRuns)
{
    /// <summary>Runs that diverged although their recipe was the best.</summary>
    public IReadOnlyList<(Architecture Architecture, long Seed)> Diverged { get; init; } = [];

    /// <summary>Whether both architectures have at least one finished run.</summary>
    public bool CanBeReported => NGptRuns.Count > 0 && GptRuns.Count > 0;

    /// <summary>Time of the steps of all runs, including those that recipes were chosen with.</summary>
    public TimeSpan TrainingTime => TimeSpan.FromSeconds(NGptRuns.Concat(GptRuns)
        .Concat(NGptChoice.Tried.Concat(GptChoice.Tried).Select(tried => tried.Result.Recorded).OfType<RecordedRun>())
        .Sum(run => run.TrainingTime.TotalSeconds));
}

internal sealed class ComparisonExperiment(ComparisonOptions options, IExperimentObserver observer, CancellationToken stop)
    : Experiment<ComparisonPlan, ComparisonResult>(options, ComparisonPlanner.BudgetOf(options), ComparisonPlan.File, observer, stop)
{
    private static readonly Architecture[] Architectures = [Architecture.NGpt, Architecture.Gpt];

    protected override ComparisonPlan Draft() => ComparisonPlanner.Draft(options);

    protected override IReadOnlyList<SettingLayers> Models(ComparisonPlan plan) =>
        [.. Architectures.Select(architecture => SettingLayers.Create(plan.SettingsFor(architecture), plan.ConfigPath))];

    protected override ComparisonPlan Fit(ComparisonPlan draft, Dataset dataset, IReadOnlyList<RunCost> costs) =>
        ComparisonPlanner.Fit(draft with { DataFingerprint = dataset.Fingerprint }, options, costs[0], costs[1]);

    protected override PlanSummary Summarize(ComparisonPlan plan, IReadOnlyList<ModelConfig> models, Dataset dataset, IReadOnlyList<RunCost> costs)
    {
        TrainingConfig training = RunConfigResolver.ResolveTraining(Models(plan)[0]);
        long tokensPerStep = (long)training.BatchSize * training.GradientAccumulation * models[0].ContextLength;
        return new PlanSummary(
            [
                ("models", Text($"nGPT and GPT, {Shape(models[0])}, {models[0].ParameterCount:N0} parameters")),
                ("data", Text($"{dataset.Train.Count:N0} training tokens, {dataset.Validation.Count:N0} held-out tokens")),
                ("each run", Text($"{Count(plan.Steps, "step")} of {tokensPerStep:N0} tokens, {Epochs((double)plan.Steps * tokensPerStep / dataset.Train.Count)}, evaluated every {Count(plan.EvalInterval, "step")}")),
                ("nGPT", $"learning rates {Rates(plan.NGptRates)}; no warmup, no weight decay"),
                ("GPT", $"learning rates {Rates(plan.GptRates)}; weight decay {Rates(plan.GptWeightDecays)}; warmup {Rates(plan.GptWarmups.Select(share => share * 100))}% of the steps"),
                ("seeds", $"{plan.SweepSeed} to choose the recipes, {string.Join(", ", plan.Seeds)} to compare"),
                ("step time", Text($"{costs[0].Step * 1000:0.0} ms nGPT, {costs[1].Step * 1000:0.0} ms GPT")),
            ],
            plan.RunCount,
            ComparisonPlan.MaxExtraRuns,
            ComparisonPlanner.Estimate(plan, costs[0], costs[1]),
            ComparisonPlanner.BudgetOf(options));
    }

    protected override void Compare(PlanDifferences differences, ComparisonPlan stored, ComparisonPlan asked)
    {
        differences.Compare("--ngpt-rates", stored.NGptRates, asked.NGptRates);
        differences.Compare("--gpt-rates", stored.GptRates, asked.GptRates);
        differences.Compare("--gpt-weight-decays", stored.GptWeightDecays, asked.GptWeightDecays);
        differences.Compare("--gpt-warmups", stored.GptWarmups, asked.GptWarmups);
        differences.Compare("--seed", $"{stored.SweepSeed}", $"{asked.SweepSeed}");
        if (options.Steps is int steps)
        {
            differences.Compare("--steps", $"{stored.Steps}", $"{steps}");
        }
    }

    protected override ComparisonResult Train(ComparisonPlan plan, RunSequence runs)
    {
        RecipeChoice nGpt = new RecipeSearch(plan, runs, Observer).Search(Architecture.NGpt);
        RecipeChoice gpt = new RecipeSearch(plan, runs, Observer).Search(Architecture.Gpt);
        List<(long Seed, RunResult Result)> results = nGpt.Best is Recipe first && gpt.Best is Recipe second ? TrainSeeds(plan, runs, first, second) : [];
        return new ComparisonResult(plan, runs.End, nGpt, gpt, Finished(Architecture.NGpt), Finished(Architecture.Gpt))
        {
            Diverged = [.. results.Where(run => run.Result.Divergence is not null).Select(run => (run.Result.Planned.Architecture, run.Seed))],
        };

        IReadOnlyList<RecordedRun> Finished(Architecture architecture) =>
            [.. results.Where(run => run.Result.Planned.Architecture == architecture).Select(run => run.Result.Recorded).OfType<RecordedRun>()];
    }

    // The architectures alternate, so that other load on the machine slows both.
    private static List<(long Seed, RunResult Result)> TrainSeeds(ComparisonPlan plan, RunSequence runs, Recipe nGpt, Recipe gpt)
    {
        List<(long, RunResult)> results = [];
        foreach (long seed in plan.Seeds)
        {
            foreach (Recipe recipe in new[] { nGpt, gpt })
            {
                results.Add((seed, runs.Train(recipe.Run(plan, seed))));
                if (runs.End != ExperimentEnd.None)
                {
                    return results;
                }
            }
        }

        return results;
    }
}
