using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Data.Preparation;
using NGpt.Torch.Training;

namespace NGpt.Lab.Runs;

/// <summary>The options that a comparison and a sweep have in common; null leaves the choice to the preset.</summary>
internal abstract record ExperimentOptions
{
    /// <summary>Settings of <c>ngpt train</c> that make sense for a single run only.</summary>
    public static IReadOnlyList<Setting> SingleRunSettings { get; } =
    [
        TrainingConfig.PatienceSetting, TrainingConfig.SampleIntervalSetting, RunOptions.MetricsHookSetting, RunOptions.InitFromSetting, RunOptions.ResumeSetting,
        RunOptions.EvalOnlySetting, RunOptions.ExplainMemorySetting, RunOptions.TimeLimitSetting,
    ];

    /// <summary>The preset of <c>ngpt train</c> that the models start from.</summary>
    public Preset? Training { get; init; }

    /// <summary>Optimizer steps of a run, of the base model in a sweep; null for as many as the budget allows, at most the preset's.</summary>
    public int? Steps { get; init; }

    /// <summary>Steps between evaluations.</summary>
    public int? EvalInterval { get; init; }

    /// <summary>Number of seeds that are reported.</summary>
    public int? Seeds { get; init; }

    /// <summary>The first seed.</summary>
    public long? Seed { get; init; }

    /// <summary>Settings of <c>ngpt train</c> for all models, names without dashes.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>A configuration file of <c>ngpt train</c>, or null.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Time limit of the whole experiment.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Folder of the experiment: its runs, its plan and its report.</summary>
    public required string Folder { get; init; }

    internal string? FullConfigPath => ConfigPath is string path ? Path.GetFullPath(path) : null;

    internal long FirstSeed => Seed ?? 1337;
}

/// <summary>What an experiment trains. It is kept in the experiment's folder, so that the same command resumes it.</summary>
internal abstract record ExperimentPlan
{
    /// <summary>Name of the preset of <c>ngpt train</c> that the models start from.</summary>
    public required string Preset { get; init; }

    /// <summary>Settings of all models as they were given, without those that have a property of their own here.</summary>
    public required IReadOnlyList<(string Name, string Value)> Given { get; init; }

    /// <summary>A configuration file under the settings, as a full path, or null.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>The seeds that are reported, in the order of their use.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Fingerprint of the data.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Runs that are needed in any case.</summary>
    public abstract int RunCount { get; }
}

/// <summary>
/// The course of every experiment: a plan is drafted from the options or loaded from the folder, the data are prepared, a
/// few steps of each model are timed, the steps are fitted into the budget, and the runs are trained.
/// </summary>
internal abstract class Experiment<TPlan, TResult>(
    ExperimentOptions options, TimeSpan? budget, PlanFile<TPlan> planFile, IExperimentObserver observer, CancellationToken stop)
    where TPlan : ExperimentPlan
{
    protected IExperimentObserver Observer => observer;

    public TResult Run()
    {
        long started = Stopwatch.GetTimestamp();
        TPlan draft = Draft();
        Directory.CreateDirectory(options.Folder);
        using RunLock taken = RunLock.Acquire(options.Folder);
        TPlan plan = Prepare(draft);
        return Train(plan, new RunSequence(Path.Combine(options.Folder, "runs"), observer, started, budget, stop) { PlannedCount = plan.RunCount });
    }

    /// <summary>The plan of the options with the maximum number of steps, before data and time are known.</summary>
    protected abstract TPlan Draft();

    /// <summary>The settings of every model, one run of each.</summary>
    protected abstract IReadOnlyList<SettingLayers> Models(TPlan plan);

    protected virtual IReadOnlyList<RunCost> Measure(IReadOnlyList<SettingLayers> models, Dataset dataset) =>
        [.. models.Select(model => RunTimer.Measure(model, dataset))];

    /// <summary>Completes a draft: data, and as many steps as the budget allows.</summary>
    protected abstract TPlan Fit(TPlan draft, Dataset dataset, IReadOnlyList<RunCost> costs);

    protected abstract PlanSummary Summarize(TPlan plan, IReadOnlyList<ModelConfig> models, Dataset dataset, IReadOnlyList<RunCost> costs);

    /// <summary>Compares what determines the results and only this kind of plan has.</summary>
    protected abstract void Compare(PlanDifferences differences, TPlan stored, TPlan asked);

    protected abstract TResult Train(TPlan plan, RunSequence runs);

    private TPlan Prepare(TPlan draft)
    {
        TPlan? stored = planFile.Load(options.Folder);
        if (stored is not null)
        {
            ThrowIfDifferent(stored, draft);
            draft = stored;
        }

        IReadOnlyList<SettingLayers> models = Models(draft);
        foreach (SettingLayers model in models)
        {
            RunConfigResolver.Check(model);
        }

        using Dataset dataset = PrepareData(models[0], stored?.DataFingerprint);
        observer.OnPreparing("timing a few steps of each model");
        IReadOnlyList<RunCost> costs = Measure(models, dataset);
        TPlan plan = stored ?? Fit(draft, dataset, costs);
        planFile.Save(plan, options.Folder);
        observer.OnPlan(Summarize(plan, [.. models.Select(model => RunConfigResolver.ResolveModel(model, dataset.Tokenizer.VocabularySize))], dataset, costs));
        return plan;
    }

    private void ThrowIfDifferent(TPlan stored, TPlan asked)
    {
        PlanDifferences differences = new();
        differences.Compare("preset", stored.Preset, asked.Preset);
        differences.CompareSettings(stored.Given, asked.Given);
        differences.Compare("--config", stored.ConfigPath ?? "none", asked.ConfigPath ?? "none");
        differences.Compare("--seeds", $"{stored.Seeds.Count}", $"{asked.Seeds.Count}");
        Compare(differences, stored, asked);
        differences.ThrowIfAny(options.Folder, planFile.Experiment);
    }

    private Dataset PrepareData(SettingLayers model, string? fingerprint)
    {
        string source = model.GetGiven(DataConfig.SourceSetting) as string ?? DataConfig.SdkDocumentation;
        string? tokenizer = model.TryGet(DataConfig.TokenizerSetting, out string? name) ? name : null;
        double? fraction = model.TryGet(DataConfig.ValidationFractionSetting, out double share) ? share : null;
        Dataset dataset = new DataPreparation(new RunObserver(observer, [])).Prepare(source, tokenizer, fraction, stop);
        if (fingerprint is not null && fingerprint != dataset.Fingerprint)
        {
            dataset.Dispose();
            throw new NGptException($"{options.Folder} holds {planFile.Experiment} on other data than {source} now has", "give another --out, or the original data");
        }

        return dataset;
    }
}
