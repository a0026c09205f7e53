using System.Diagnostics;
using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Data.Preparation;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>
/// Trains nGPT and the GPT baseline on the same batches: chooses each one's recipe with one seed, then trains several
/// other seeds of both. The same call on the same folder goes on where an earlier one ended.
/// </summary>
public static class Comparison
{
    /// <summary>Runs a comparison to its end or to the end of its time.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="observer">Receives events.</param>
    /// <param name="stop">Asks to save and stop.</param>
    /// <returns>What was found so far.</returns>
    /// <exception cref="NGptException">It cannot run, does not fit into its time, or its folder holds another comparison.</exception>
    public static ComparisonResult Run(ComparisonOptions options, IExperimentObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        long started = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(options.Folder);
        using RunLock taken = RunLock.Acquire(options.Folder);
        ComparisonPlan plan = Prepare(options, observer, stop);
        TimeSpan? budget = options.Budget ?? (options.Steps is null ? options.Preset.Budget : null);
        RunSequence runs = new(Path.Combine(options.Folder, "runs"), observer, started, budget, stop) { PlannedCount = plan.RunCount };
        RecipeChoice nGpt = new RecipeSearch(plan, runs, observer).Search(Architecture.NGpt);
        RecipeChoice gpt = new RecipeSearch(plan, runs, observer).Search(Architecture.Gpt);
        List<RunResult> results = nGpt.Best is Recipe first && gpt.Best is Recipe second ? TrainSeeds(plan, runs, first, second) : [];
        return new ComparisonResult(plan, runs.End, nGpt, gpt, Finished(Architecture.NGpt), Finished(Architecture.Gpt))
        {
            Diverged = [.. results.Where(result => result.Divergence is not null).Select(result => result.Planned.Name)],
        };

        IReadOnlyList<RecordedRun> Finished(Architecture architecture) =>
            [.. results.Where(result => result.Planned.Architecture == architecture).Select(result => result.Recorded).OfType<RecordedRun>()];
    }

    // In turns, so that whatever slows the machine for a while slows both.
    private static List<RunResult> TrainSeeds(ComparisonPlan plan, RunSequence runs, Recipe nGpt, Recipe gpt)
    {
        List<RunResult> results = [];
        foreach (long seed in plan.Seeds)
        {
            foreach (Recipe recipe in new[] { nGpt, gpt })
            {
                results.Add(runs.Train(recipe.Run(plan, seed)));
                if (runs.End != SequenceEnd.None)
                {
                    return results;
                }
            }
        }

        return results;
    }

    private static ComparisonPlan Prepare(ComparisonOptions options, IExperimentObserver observer, CancellationToken stop)
    {
        ComparisonPlan? stored = ComparisonPlanFile.Instance.Load(options.Folder);
        ComparisonPlan draft = ComparisonPlanner.Draft(options, stored?.DataFingerprint ?? "");
        if (stored is not null)
        {
            RequireSame(stored, draft, options);
            draft = stored;
        }

        SettingLayers nGpt = LayersOf(draft, Architecture.NGpt);
        SettingLayers gpt = LayersOf(draft, Architecture.Gpt);
        RunConfigResolver.Check(nGpt);
        RunConfigResolver.Check(gpt);
        using Dataset dataset = ExperimentData.Prepare(nGpt, stored?.DataFingerprint, options.Folder, "a comparison", observer, stop);
        observer.OnPreparing("timing a few steps of both");
        RunCost nGptCost = RunTimer.Measure(nGpt, dataset);
        RunCost gptCost = RunTimer.Measure(gpt, dataset);
        ComparisonPlan plan = stored ?? ComparisonPlanner.Fit(draft with { DataFingerprint = dataset.Fingerprint }, options, nGptCost, gptCost);
        ComparisonPlanFile.Instance.Save(plan, options.Folder);
        observer.OnPlan(new ExperimentPlan(
            Facts(plan, nGpt, dataset, nGptCost, gptCost),
            plan.RunCount,
            ComparisonPlan.MaxFurtherRuns,
            ComparisonPlanner.Estimate(plan, nGptCost, gptCost),
            options.Budget ?? (options.Steps is null ? options.Preset.Budget : null)));
        return plan;
    }

    private static SettingLayers LayersOf(ComparisonPlan plan, Architecture architecture) =>
        SettingLayers.Create(plan.SettingsFor(architecture), plan.ConfigPath);

    private static IReadOnlyList<(string Label, string Value)> Facts(
        ComparisonPlan plan, SettingLayers layers, Dataset dataset, RunCost nGptCost, RunCost gptCost)
    {
        ModelConfig model = RunConfigResolver.ResolveModel(layers, dataset.Tokenizer.VocabularySize);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers, Architecture.NGpt);
        long tokensPerStep = (long)training.BatchSize * training.GradientAccumulation * model.ContextLength;
        return
        [
            ("models", string.Create(CultureInfo.InvariantCulture, $"nGPT and GPT, {model.LayerCount} layers, width {model.EmbeddingWidth}, {model.HeadCount} heads, context {model.ContextLength}, vocabulary {model.VocabularySize:N0}, {model.ParameterCount:N0} parameters")),
            ("data", string.Create(CultureInfo.InvariantCulture, $"{dataset.Train.Count:N0} tokens and {dataset.Validation.Count:N0} held out")),
            ("each run", string.Create(CultureInfo.InvariantCulture, $"{plan.Steps:N0} steps of {tokensPerStep:N0} tokens, {(double)plan.Steps * tokensPerStep / dataset.Train.Count:0.00} passes over the data, evaluated every {plan.EvalInterval} steps")),
            ("nGPT", $"learning rates {List(plan.NGptRates)}; no warmup, no weight decay"),
            ("GPT", $"learning rates {List(plan.GptRates)}; weight decay {List(plan.GptWeightDecays)}; warmup {List([.. plan.GptWarmups.Select(share => share * 100)])}% of the steps"),
            ("seeds", $"{plan.SweepSeed} to choose the recipes, {string.Join(", ", plan.Seeds)} to compare"),
            ("a step takes", string.Create(CultureInfo.InvariantCulture, $"{nGptCost.Step * 1000:0.0} ms of nGPT, {gptCost.Step * 1000:0.0} ms of GPT")),
        ];

        static string List(IReadOnlyList<double> values) => string.Join(", ", values.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture)));
    }

    private static void RequireSame(ComparisonPlan stored, ComparisonPlan asked, ComparisonOptions options)
    {
        PlanDifferences differences = new();
        differences.Compare("preset", stored.Preset, asked.Preset);
        differences.CompareSettings(stored.Given, asked.Given);
        differences.Compare("--config", stored.ConfigPath ?? "none", asked.ConfigPath ?? "none");
        differences.Compare("--ngpt-rates", string.Join(',', stored.NGptRates), string.Join(',', asked.NGptRates));
        differences.Compare("--gpt-rates", string.Join(',', stored.GptRates), string.Join(',', asked.GptRates));
        differences.Compare("--gpt-weight-decays", string.Join(',', stored.GptWeightDecays), string.Join(',', asked.GptWeightDecays));
        differences.Compare("--gpt-warmups", string.Join(',', stored.GptWarmups), string.Join(',', asked.GptWarmups));
        differences.Compare("--seed", $"{stored.SweepSeed}", $"{asked.SweepSeed}");
        differences.Compare("--seeds", $"{stored.Seeds.Count}", $"{asked.Seeds.Count}");
        if (options.Steps is int steps)
        {
            differences.Compare("--steps", $"{stored.Steps}", $"{steps}");
        }

        differences.RequireNone(options.Folder, "a comparison");
    }
}
