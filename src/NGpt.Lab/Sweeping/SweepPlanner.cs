using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>Turns options into a plan that fits into its time, or says what would fit.</summary>
public static class SweepPlanner
{
    /// <summary>The largest multiple of a base model.</summary>
    public const int MaxMultiple = 64;

    // Factors on the preset's learning rate.
    private static readonly double[] Grid = [0.25, 0.5, 1, 2, 4];

    /// <summary>The plan without what depends on data and time: to be timed, or to be completed by <see cref="Fit"/>.</summary>
    /// <param name="options">What was asked for.</param>
    /// <returns>The plan, with as many steps as may be taken.</returns>
    /// <exception cref="UsageException">Something is impossible; the message has all problems.</exception>
    public static SweepPlan Draft(SweepOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SettingLayers layers = Layers(options);
        Preset training = options.Training ?? options.Preset.Training;
        int steps = GivenSteps(options, layers) ?? (options.Training is null ? options.Preset.Steps : training.Steps);
        IReadOnlyList<int> multiples = options.Multiples ?? options.Preset.Multiples;
        long seed = options.Seed ?? 1337;
        int seeds = options.Seeds ?? 1;
        OptionProblems problems = new();
        problems.Require(steps >= 1, $"--steps {steps} is below 1");
        problems.Require(options.EvalInterval is not < 1, $"--eval-interval {options.EvalInterval} is below 1");
        problems.Require(seeds is >= 1 and <= 100, $"--seeds {seeds} is outside 1 to 100");
        problems.Require(options.Budget is not { } budget || budget > TimeSpan.Zero, "--budget is not above 0");
        problems.Require(multiples.Distinct().Count() is >= 2 and <= 10, $"--multiples has {multiples.Distinct().Count()} different values, not 2 to 10");
        problems.Require(multiples.Contains(1), "--multiples lacks 1, the base model itself");
        foreach (int multiple in multiples)
        {
            problems.Require(multiple is >= 1 and <= MaxMultiple, $"--multiples: {multiple} is outside 1 to {MaxMultiple}");
        }

        foreach (Setting setting in SweepPlan.Refused.Where(layers.IsGiven))
        {
            problems.Require(false, $"{setting.Name} cannot be set in a sweep");
        }

        int width = layers.Get(SettingCatalog.EmbeddingWidth, 0);
        SweepPlan plan = new()
        {
            Axis = options.Axis,
            Preset = training.Name,
            Given = options.Settings,
            ConfigPath = FullPath(options),
            Base = new SweepSize(
                width,
                layers.Get(SettingCatalog.Heads, 0),
                layers.Get(SettingCatalog.MlpWidth, (int)Math.Clamp(4L * width, 0, int.MaxValue)),
                layers.Get(SettingCatalog.Layers, 0),
                steps),
            TokensPerStep = (long)layers.Get(SettingCatalog.BatchSize, 0) * layers.Get(SettingCatalog.GradientAccumulation, 1) * layers.Get(SettingCatalog.ContextLength, 0),
            Multiples = [.. multiples.Distinct().Order()],
            Rates = problems.Rates(options.Rates ?? RatesOf(options, training), "--rates"),
            Seeds = [.. Enumerable.Range(0, Math.Clamp(seeds, 1, 100)).Select(number => unchecked(seed + number))],
            EvalInterval = options.EvalInterval,
            DataFingerprint = "",
            TrainingTokens = 0,
        };
        problems.ThrowIfAny();
        ThrowIfInvalid(plan);
        return plan;
    }

    /// <summary>Gives a plan as many steps as its time allows.</summary>
    /// <param name="draft">The plan with the most steps that may be taken.</param>
    /// <param name="options">What was asked for: steps that were given are not changed.</param>
    /// <param name="costs">What the runs of each multiple take, in the order of the plan.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="UsageException">It does not fit; the message says what would.</exception>
    public static SweepPlan Fit(SweepPlan draft, SweepOptions options, IReadOnlyList<RunCost> costs)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(options);
        string[] others = [.. options.Preset == SweepPreset.Quick ? Array.Empty<string>() : ["--quick"], "fewer rates, multiples or seeds"];
        int steps = StepBudget.Fit(
            draft.Base.Steps,
            GivenSteps(options, Layers(options)) is not null,
            $"{draft.RunCount} runs with a base",
            steps => Estimate(WithSteps(draft, steps), costs),
            BudgetOf(options),
            others);
        return steps == draft.Base.Steps ? draft : WithSteps(draft, steps);
    }

    /// <summary>Time of a plan's runs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="costs">What the runs of each multiple take, in the order of the plan.</param>
    /// <returns>The time, with some in reserve.</returns>
    public static TimeSpan Estimate(SweepPlan plan, IReadOnlyList<RunCost> costs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentOutOfRangeException.ThrowIfNotEqual(costs.Count, plan.Multiples.Count);
        TimeSpan time = TimeSpan.Zero;
        foreach ((int multiple, RunCost cost) in plan.Multiples.Zip(costs))
        {
            int steps = plan.SizeOf(multiple).Steps;
            int interval = plan.EvalIntervalOf(steps);
            time += plan.RunsPerMultiple * cost.Of(steps, (int)(((long)steps + interval - 1) / interval));
        }

        return StepBudget.Margin * time;
    }

    /// <summary>Time of the whole sweep.</summary>
    /// <param name="options">What was asked for.</param>
    /// <returns>As given; else the preset's where the steps may be chosen by it; else null for no limit.</returns>
    public static TimeSpan? BudgetOf(SweepOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Budget ?? (GivenSteps(options, Layers(options)) is null ? options.Preset.Budget : null);
    }

    private static IReadOnlyList<double> RatesOf(SweepOptions options, Preset training) =>
        options.Training is null && options.Preset.Rates is IReadOnlyList<double> rates ? rates : [.. Grid.Select(factor => factor * training.NGptLearningRate)];

    private static SweepPlan WithSteps(SweepPlan plan, int steps) => plan with { Base = plan.Base with { Steps = steps } };

    // The option wins over the file.
    private static int? GivenSteps(SweepOptions options, SettingLayers layers) =>
        options.Steps ?? (layers.GetGiven(SettingCatalog.Steps) is int steps ? steps : null);

    // What a person gave is stronger than the shape that the sweep's own preset has.
    private static SettingLayers Layers(SweepOptions options)
    {
        SettingLayers given = Create([]);
        return options.Training is null
            ? Create(options.Preset.Shape.Where(setting => !given.IsGiven(SettingCatalog.Find(setting.Name)!)))
            : given;

        SettingLayers Create(IEnumerable<(string, string)> shape) => SettingLayers.Create(
            [("preset", (options.Training ?? options.Preset.Training).Name), .. options.Settings, .. shape], FullPath(options));
    }

    private static string? FullPath(SweepOptions options) => options.ConfigPath is string path ? Path.GetFullPath(path) : null;

    // The base model comes first: what is wrong with it is wrong with all.
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
                        (SettingCatalog.LearningRate.Name, plan.Rates[^1].ToString("R", CultureInfo.InvariantCulture)),
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
