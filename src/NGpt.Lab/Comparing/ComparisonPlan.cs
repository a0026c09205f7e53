using System.Globalization;
using NGpt.Core.Configuration;

namespace NGpt.Lab.Comparing;

/// <summary>What a comparison trains. It is kept in the comparison's folder, so that the same command goes on with it.</summary>
public sealed record ComparisonPlan
{
    /// <summary>The most rates that may be added at one end of the grid.</summary>
    public const int MaxFurtherRates = 2;

    /// <summary>Version of the file that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Name of the preset of <c>ngpt train</c> that both architectures start from.</summary>
    public required string Preset { get; init; }

    /// <summary>Settings of both architectures as they were given, without those that have a place of their own here.</summary>
    public required IReadOnlyList<(string Name, string Value)> Given { get; init; }

    /// <summary>A configuration file under the settings, as a full path, or null.</summary>
    public string? ConfigPath { get; init; }

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

    /// <summary>The seeds that are reported.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Fingerprint of the data.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Runs that the comparison needs in any case.</summary>
    public int RunCount => NGptRunCount + GptRunCount;

    /// <summary>Runs of nGPT that the comparison needs in any case.</summary>
    public int NGptRunCount => NGptRates.Count + Seeds.Count;

    /// <summary>Runs of the baseline that the comparison needs in any case.</summary>
    public int GptRunCount => GptRates.Count + GptWeightDecays.Count - 1 + GptWarmups.Count - 1 + Seeds.Count;

    /// <summary>Runs that may be added: two rates at an end of each grid.</summary>
    public static int MaxFurtherRuns => 2 * MaxFurtherRates;

    /// <summary>Settings that a comparison decides for every run.</summary>
    public static IReadOnlyList<Setting> Decided { get; } =
        [SettingCatalog.Steps, SettingCatalog.EvalInterval, SettingCatalog.CheckpointInterval, SettingCatalog.KeepCheckpoints];

    /// <summary>The settings of one architecture's runs, without those that are tuned.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <returns>Names without dashes, and values.</returns>
    public IReadOnlyList<(string Name, string Value)> SettingsFor(Architecture architecture) =>
    [
        ("preset", Preset),
        (SettingCatalog.Architecture.Name, architecture.Name()),
        // The baseline has no scales: they would only be named as settings without effect.
        .. Given.Where(setting => architecture == Architecture.NGpt || !SettingCatalog.Scales.Contains(SettingCatalog.Find(setting.Name)!)),
        (SettingCatalog.Steps.Name, Steps.ToString(CultureInfo.InvariantCulture)),
        (SettingCatalog.EvalInterval.Name, EvalInterval.ToString(CultureInfo.InvariantCulture)),
        (SettingCatalog.CheckpointInterval.Name, Steps.ToString(CultureInfo.InvariantCulture)),
        (SettingCatalog.KeepCheckpoints.Name, "1"),
    ];
}
