using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>What a sweep trains; <c>sweep.json</c> in its folder.</summary>
internal sealed record SweepPlan : ExperimentPlan
{
    private const int FileVersion = 1;
    private const int Evaluations = 4;

    private static readonly Setting[] Shape =
        [ModelConfig.EmbeddingWidthSetting, ModelConfig.HeadsSetting, ModelConfig.MlpWidthSetting, ModelConfig.LayersSetting, TrainingConfig.StepsSetting];

    /// <summary>What is multiplied.</summary>
    public required SweepAxis Axis { get; init; }

    /// <summary>The base model and its steps.</summary>
    public required SweepSize Base { get; init; }

    /// <summary>Tokens of one optimizer step of every run.</summary>
    public required long TokensPerStep { get; init; }

    /// <summary>Multiples of the base model, ascending from 1.</summary>
    public required IReadOnlyList<int> Multiples { get; init; }

    /// <summary>Base learning rates, ascending.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Steps between evaluations as they were given; null for four evaluations per run.</summary>
    public int? EvalInterval { get; init; }

    /// <summary>Tokens of the training data.</summary>
    public required long TrainingTokens { get; init; }

    /// <summary>The parametrizations that are compared.</summary>
    public static IReadOnlyList<Parametrization> Parametrizations { get; } = [Parametrization.Published, Parametrization.NuGpt];

    /// <summary>Settings that a sweep rejects also in a configuration file, because they would change what the runs have in common.</summary>
    public static IReadOnlyList<Setting> Rejected { get; } =
    [
        .. SettingCatalog.Base, NGptScales.AlphaSettings.Initial, NGptScales.AlphaSettings.Scale, NGptScales.LogitSettings.Initial,
        TrainingConfig.DecayStepsSetting, TrainingConfig.WarmupStepsSetting,
    ];

    /// <summary>
    /// Settings that are not options of a sweep: it chooses them for every run, they belong to a single run, or they would
    /// override the differences between the parametrizations.
    /// </summary>
    public static IReadOnlyList<Setting> NotOffered { get; } =
    [
        ModelConfig.ArchitectureSetting, TrainingConfig.LearningRateSetting, TrainingConfig.CheckpointIntervalSetting, TrainingConfig.KeepCheckpointsSetting, RunOptions.OutSetting,
        TrainingConfig.SampleTokensSetting, TrainingConfig.ParametrizationSetting, .. ExperimentOptions.SingleRunSettings, .. Rejected,
    ];

    /// <inheritdoc/>
    public override int RunCount => Multiples.Count * RunsPerMultiple;

    /// <summary>Number of runs of each size.</summary>
    public int RunsPerMultiple => Parametrizations.Count * Rates.Count * Seeds.Count;

    internal static PlanFile<SweepPlan> File { get; } = new(
        "sweep.json",
        "a sweep",
        FileVersion,
        plan => plan is { Base: { Width: >= 1, Heads: >= 1, MlpWidth: >= 1, Layers: >= 1, Steps: >= 1 }, TokensPerStep: >= 1, Multiples: [1, _, ..], Rates.Count: >= 1, Seeds.Count: >= 1 }
            && plan.Multiples.All(multiple => multiple is >= 1 and <= SweepPlanner.MaxMultiple));

    /// <summary>All runs in the order in which they are trained: the first seed gives a result, further seeds its intervals.</summary>
    public IEnumerable<SweptRun> Runs() =>
        from seed in Seeds
        from multiple in Multiples
        from parametrization in Parametrizations
        from rate in Rates
        select new SweptRun(parametrization, multiple, rate, seed);

    /// <summary>The size of one multiple.</summary>
    public SweepSize SizeOf(int multiple) => Base.Times(Axis, multiple);

    /// <summary>The size of a multiple along the axis: C, L or training tokens.</summary>
    public double AxisValue(int multiple)
    {
        SweepSize size = SizeOf(multiple);
        return Axis switch
        {
            SweepAxis.Width => size.Width,
            SweepAxis.Depth => size.Layers,
            _ => (double)size.Steps * TokensPerStep,
        };
    }

    /// <summary>A multiple in words, for example <c>width 128</c>, <c>8 layers</c> or <c>1,638,400 tokens</c>.</summary>
    public string SizeText(int multiple)
    {
        string value = AxisValue(multiple).ToString(Axis == SweepAxis.Tokens ? "N0" : "0", CultureInfo.InvariantCulture);
        return Axis switch
        {
            SweepAxis.Width => $"width {value}",
            SweepAxis.Depth => $"{value} {(value == "1" ? "layer" : "layers")}",
            _ => $"{value} tokens",
        };
    }

    /// <summary>Steps between the evaluations of a run, which is also evaluated at its end.</summary>
    public int EvalIntervalOf(int steps) => EvalInterval ?? (int)(((long)steps + Evaluations - 1) / Evaluations);

    /// <summary>The settings of the runs of one parametrization and multiple, without learning rate and seed.</summary>
    public IReadOnlyList<(string Name, string Value)> SettingsFor(Parametrization parametrization, int multiple)
    {
        SweepSize size = SizeOf(multiple);
        List<(string, string)> settings =
        [
            ("preset", Preset),
            (ModelConfig.ArchitectureSetting.Name, Architecture.NGpt.Name()),
            .. Given.Where(setting => SettingCatalog.Find(setting.Name) is not Setting known || !Shape.Contains(known)),
            (ModelConfig.EmbeddingWidthSetting.Name, Integer(size.Width)),
            (ModelConfig.HeadsSetting.Name, Integer(size.Heads)),
            (ModelConfig.MlpWidthSetting.Name, Integer(size.MlpWidth)),
            (ModelConfig.LayersSetting.Name, Integer(size.Layers)),
            (TrainingConfig.StepsSetting.Name, Integer(size.Steps)),
            (TrainingConfig.EvalIntervalSetting.Name, Integer(EvalIntervalOf(size.Steps))),
            (TrainingConfig.CheckpointIntervalSetting.Name, Integer(size.Steps)),
            (TrainingConfig.KeepCheckpointsSetting.Name, "1"),
            (TrainingConfig.ParametrizationSetting.Name, parametrization.Name()),
        ];
        if (parametrization == Parametrization.NuGpt)
        {
            settings.Add((NuGptBase.WidthSetting.Name, Integer(Base.Width)));
            settings.Add((NuGptBase.LayersSetting.Name, Integer(Base.Layers)));
            settings.Add((NuGptBase.TokensSetting.Name, Integer(Base.Steps * TokensPerStep)));
        }

        return settings;

        static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>One run of a sweep.</summary>
/// <param name="Parametrization">How learning rates and initial values follow from the size.</param>
/// <param name="Multiple">Multiple of the base model.</param>
/// <param name="Rate">The base learning rate: the value of <c>--learning-rate</c>, before the parametrization's factors.</param>
/// <param name="Seed">Seed of parameters and batches.</param>
internal sealed record SweptRun(Parametrization Parametrization, int Multiple, double Rate, long Seed)
{
    /// <summary>The run that trains it.</summary>
    public PlannedRun Planned(SweepPlan plan)
    {
        string rate = Rate.ToString("R", CultureInfo.InvariantCulture);
        return new PlannedRun(
            $"{Parametrization.Name()}-x{Multiple}-rate-{rate}-seed-{Seed}",
            Architecture.NGpt,
            [
                .. plan.SettingsFor(Parametrization, Multiple),
                (TrainingConfig.LearningRateSetting.Name, rate),
                (TrainingConfig.SeedSetting.Name, Seed.ToString(CultureInfo.InvariantCulture)),
            ],
            plan.ConfigPath);
    }
}

internal static class ParametrizationNames
{
    public static string DisplayName(this Parametrization parametrization) => parametrization == Parametrization.NuGpt ? "νGPT" : "published";
}
