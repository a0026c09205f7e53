using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>Makes a plan of options and fits it into the budget.</summary>
internal static class SweepPlanner
{
    /// <summary>The largest multiple of a base model.</summary>
    public const int MaxMultiple = 64;

    // Factors on the preset's learning rate.
    private static readonly double[] Grid = [0.25, 0.5, 1, 2, 4];

    /// <summary>The plan with the maximum number of steps, before data and time are known.</summary>
    public static SweepPlan Draft(SweepOptions options)
    {
        SettingLayers layers = Layers(options);
        Preset training = options.Training ?? options.Preset.Training;
        int steps = GivenSteps(options, layers) ?? (options.Training is null ? options.Preset.Steps : training.Steps);
        IReadOnlyList<int> multiples = options.Multiples ?? options.Preset.Multiples;
        int seeds = options.Seeds ?? 1;
        OptionProblems problems = new();
        problems.RequireValid(options, steps, seeds);
        problems.Require(multiples.Distinct().Count() is >= 2 and <= 10, $"--multiples has {multiples.Distinct().Count()} different values, not 2 to 10");
        problems.Require(multiples.Contains(1), "--multiples lacks 1, the base model itself");
        foreach (int multiple in multiples)
        {
            problems.Require(multiple is >= 1 and <= MaxMultiple, $"--multiples: {multiple} is outside 1 to {MaxMultiple}");
        }

        foreach (Setting setting in SweepPlan.Rejected.Where(layers.IsGiven))
        {
            problems.Require(false, $"{setting.Name} cannot be set in a sweep");
        }

        int width = layers.Get(ModelConfig.EmbeddingWidthSetting);
        SweepPlan plan = new()
        {
            Axis = options.Axis,
            Preset = training.Name,
            Given = options.Settings,
            ConfigPath = options.FullConfigPath,
            Base = new SweepSize(
                width,
                layers.Get(ModelConfig.HeadsSetting),
                layers.Get(ModelConfig.MlpWidthSetting),
                layers.Get(ModelConfig.LayersSetting),
                steps),
            TokensPerStep = (long)layers.Get(TrainingConfig.BatchSizeSetting) * layers.Get(TrainingConfig.GradientAccumulationSetting) * layers.Get(ModelConfig.ContextLengthSetting),
            Multiples = [.. multiples.Distinct().Order()],
            Rates = problems.Rates(options.Rates ?? RatesOf(options, training), "--rates"),
            Seeds = [.. Enumerable.Range(0, Math.Clamp(seeds, 1, 100)).Select(number => unchecked(options.FirstSeed + number))],
            EvalInterval = options.EvalInterval,
            DataFingerprint = "",
            TrainingTokens = 0,
        };
        problems.ThrowIfAny();
        ThrowIfInvalid(plan);
        return plan;
    }

    /// <summary>Gives a plan as many steps as the budget allows; steps that the user gave are not changed.</summary>
    public static SweepPlan Fit(SweepPlan draft, SweepOptions options, IReadOnlyList<RunCost> costs)
    {
        string[] alternatives = [.. options.Preset == SweepPreset.Quick ? Array.Empty<string>() : ["--quick"], "fewer rates, multiples or seeds"];
        int steps = StepBudget.Fit(
            draft.Base.Steps,
            GivenSteps(options, Layers(options)) is not null,
            $"{draft.RunCount} runs with a base",
            steps => Estimate(WithSteps(draft, steps), costs),
            BudgetOf(options),
            alternatives);
        return steps == draft.Base.Steps ? draft : WithSteps(draft, steps);
    }

    /// <summary>Estimated time of a plan's runs.</summary>
    public static TimeSpan Estimate(SweepPlan plan, IReadOnlyList<RunCost> costs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(costs.Count, plan.Multiples.Count);
        TimeSpan time = TimeSpan.Zero;
        foreach ((int multiple, RunCost cost) in plan.Multiples.Zip(costs))
        {
            int steps = plan.SizeOf(multiple).Steps;
            int interval = plan.EvalIntervalOf(steps);
            time += plan.RunsPerMultiple * cost.Total(steps, (int)(((long)steps + interval - 1) / interval));
        }

        return StepBudget.Margin * time;
    }

    /// <summary>The given budget; else the preset's, unless the user chose the steps.</summary>
    public static TimeSpan? BudgetOf(SweepOptions options) =>
        options.Budget ?? (GivenSteps(options, Layers(options)) is null ? options.Preset.Budget : null);

    private static IReadOnlyList<double> RatesOf(SweepOptions options, Preset training) =>
        options.Training is null && options.Preset.Rates is IReadOnlyList<double> rates ? rates : [.. Grid.Select(factor => factor * training.NGptLearningRate)];

    private static SweepPlan WithSteps(SweepPlan plan, int steps) => plan with { Base = plan.Base with { Steps = steps } };

    // The option overrides the configuration file.
    private static int? GivenSteps(SweepOptions options, SettingLayers layers) =>
        options.Steps ?? (layers.GetGiven(TrainingConfig.StepsSetting) is int steps ? steps : null);

    // Given settings override the shape of the sweep's preset.
    private static SettingLayers Layers(SweepOptions options)
    {
        SettingLayers given = Create([]);
        return options.Training is null
            ? Create(options.Preset.Shape.Where(setting => !given.IsGiven(SettingCatalog.Find(setting.Name)!)))
            : given;

        SettingLayers Create(IEnumerable<(string, string)> shape) => SettingLayers.Create(
            [("preset", (options.Training ?? options.Preset.Training).Name), .. options.Settings, .. shape], options.FullConfigPath);
    }

    // The base model comes first: a problem of it is one of all multiples.
    private static void ThrowIfInvalid(SweepPlan plan)
    {
        foreach (int multiple in plan.Multiples)
        {
            foreach (Parametrization parametrization in SweepPlan.Parametrizations)
            {
                try
                {
                    RunConfigResolver.Check(SettingLayers.Create(
                    [
                        .. plan.SettingsFor(parametrization, multiple),
                        (TrainingConfig.LearningRateSetting.Name, plan.Rates[^1].ToString("R", CultureInfo.InvariantCulture)),
                    ],
                    plan.ConfigPath));
                }
                catch (UsageException failure) when (multiple > 1)
                {
                    throw new UsageException($"{multiple} times the base model: {failure.Message}", failure.Remedy);
                }
            }
        }
    }
}
