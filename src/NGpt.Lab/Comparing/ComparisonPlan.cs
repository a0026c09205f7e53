using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>What a comparison trains; <c>comparison.json</c> in its folder.</summary>
internal sealed record ComparisonPlan : ExperimentPlan
{
    /// <summary>Maximum number of rates that are added at one end of the grid.</summary>
    public const int MaxExtraRates = 2;

    private const int FileVersion = 1;

    /// <summary>Optimizer steps of every run.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps between evaluations.</summary>
    public required int EvalInterval { get; init; }

    /// <summary>nGPT's learning rates, ascending.</summary>
    public required IReadOnlyList<double> NGptRates { get; init; }

    /// <summary>The baseline's learning rates, ascending.</summary>
    public required IReadOnlyList<double> GptRates { get; init; }

    /// <summary>The baseline's weight decays.</summary>
    public required IReadOnlyList<double> GptWeightDecays { get; init; }

    /// <summary>The baseline's warmups as shares of all steps.</summary>
    public required IReadOnlyList<double> GptWarmups { get; init; }

    /// <summary>The seed that recipes are chosen with, which is not reported.</summary>
    public required long SweepSeed { get; init; }

    /// <inheritdoc/>
    public override int RunCount => NGptRunCount + GptRunCount;

    /// <summary>Runs of nGPT that are needed in any case.</summary>
    public int NGptRunCount => NGptRates.Count + Seeds.Count;

    /// <summary>Runs of the baseline that are needed in any case.</summary>
    public int GptRunCount => GptRates.Count + GptWeightDecays.Count - 1 + GptWarmups.Count - 1 + Seeds.Count;

    /// <summary>Runs that may be added: two rates at an end of each grid.</summary>
    public static int MaxExtraRuns => 2 * MaxExtraRates;

    internal static PlanFile<ComparisonPlan> File { get; } = new(
        "comparison.json",
        "a comparison",
        FileVersion,
        plan => plan is { Steps: >= 1, EvalInterval: >= 1, NGptRates.Count: >= 1, GptRates.Count: >= 1, GptWeightDecays.Count: >= 1, GptWarmups.Count: >= 1, Seeds.Count: >= 1 });

    /// <summary>The settings of one architecture's runs, without those that are tuned.</summary>
    public IReadOnlyList<(string Name, string Value)> SettingsFor(Architecture architecture) =>
    [
        ("preset", Preset),
        (ModelConfig.ArchitectureSetting.Name, architecture.Name()),
        // The baseline has no scales: giving them would only warn that they have no effect.
        .. Given.Where(setting => architecture == Architecture.NGpt || !SettingCatalog.Scales.Contains(SettingCatalog.Find(setting.Name)!)),
        (TrainingConfig.StepsSetting.Name, Steps.ToString(CultureInfo.InvariantCulture)),
        (TrainingConfig.EvalIntervalSetting.Name, EvalInterval.ToString(CultureInfo.InvariantCulture)),
        (TrainingConfig.CheckpointIntervalSetting.Name, Steps.ToString(CultureInfo.InvariantCulture)),
        (TrainingConfig.KeepCheckpointsSetting.Name, "1"),
    ];
}
