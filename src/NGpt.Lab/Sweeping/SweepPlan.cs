using System.Globalization;
using NGpt.Core.Configuration;

namespace NGpt.Lab.Sweeping;

/// <summary>What a sweep trains. It is kept in the sweep's folder, so that the same command goes on with it.</summary>
public sealed record SweepPlan
{
    /// <summary>Version of the file that this program writes.</summary>
    public const int CurrentVersion = 1;

    private const int Evaluations = 4;

    private static readonly Setting[] Shape =
        [SettingCatalog.EmbeddingWidth, SettingCatalog.Heads, SettingCatalog.MlpWidth, SettingCatalog.Layers, SettingCatalog.Steps];

    /// <summary>What is multiplied.</summary>
    public required SweepAxis Axis { get; init; }

    /// <summary>Name of the preset of <c>ngpt train</c> that the base model starts from.</summary>
    public required string Preset { get; init; }

    /// <summary>Settings of the base model as they were given, without those that have a place of their own here.</summary>
    public required IReadOnlyList<(string Name, string Value)> Given { get; init; }

    /// <summary>A configuration file under the settings, as a full path, or null.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>The base model and its steps.</summary>
    public required SweepSize Base { get; init; }

    /// <summary>Tokens of one optimizer step of every run.</summary>
    public required long TokensPerStep { get; init; }

    /// <summary>Multiples of the base model, ascending from 1.</summary>
    public required IReadOnlyList<int> Multiples { get; init; }

    /// <summary>Base learning rates, ascending.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Seeds, in the order of their use.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Steps between evaluations as they were given; null for four evaluations a run.</summary>
    public int? EvalInterval { get; init; }

    /// <summary>Fingerprint of the data.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Tokens that there are to train on.</summary>
    public required long TrainingTokens { get; init; }

    /// <summary>The parametrizations that are held against each other.</summary>
    public static IReadOnlyList<Parametrization> Parametrizations { get; } = [Parametrization.Published, Parametrization.NuGpt];

    /// <summary>Settings that would make the runs something else than those of a sweep, wherever they are given.</summary>
    public static IReadOnlyList<Setting> Refused { get; } =
    [
        .. SettingCatalog.Base, SettingCatalog.AlphaInitial, SettingCatalog.AlphaScale, SettingCatalog.LogitInitial,
        SettingCatalog.DecaySteps, SettingCatalog.WarmupSteps, SettingCatalog.InitFrom, SettingCatalog.Resume, SettingCatalog.EvalOnly,
        SettingCatalog.ExplainMemory, SettingCatalog.TimeLimit,
    ];

    /// <summary>
    /// Settings that cannot be given: a sweep decides them for every run, they belong to a single run, or they would
    /// replace what the parametrizations differ in.
    /// </summary>
    public static IReadOnlyList<Setting> NotOffered { get; } =
    [
        SettingCatalog.Architecture, SettingCatalog.LearningRate, SettingCatalog.CheckpointInterval, SettingCatalog.KeepCheckpoints, SettingCatalog.Out,
        SettingCatalog.SampleTokens, SettingCatalog.Parametrization, .. Refused,
    ];

    /// <summary>Number of runs.</summary>
    public int RunCount => Multiples.Count * RunsPerMultiple;

    /// <summary>Number of runs of each size.</summary>
    public int RunsPerMultiple => Parametrizations.Count * Rates.Count * Seeds.Count;

    /// <summary>All runs in the order in which they are trained: after the first seed there is an answer, which further ones make surer.</summary>
    /// <returns>The runs.</returns>
    public IEnumerable<SweptRun> Runs() =>
        from seed in Seeds
        from multiple in Multiples
        from parametrization in Parametrizations
        from rate in Rates
        select new SweptRun(parametrization, multiple, rate, seed);

    /// <summary>The size of one multiple.</summary>
    /// <param name="multiple">How many times the base.</param>
    /// <returns>The size.</returns>
    public SweepSize SizeOf(int multiple) => Base.Times(Axis, multiple);

    /// <summary>How large a multiple is along the axis.</summary>
    /// <param name="multiple">How many times the base.</param>
    /// <returns>C, L or training tokens.</returns>
    public double ExtentOf(int multiple)
    {
        SweepSize size = SizeOf(multiple);
        return Axis switch
        {
            SweepAxis.Width => size.Width,
            SweepAxis.Depth => size.Layers,
            _ => (double)size.Steps * TokensPerStep,
        };
    }

    /// <summary>A multiple in words.</summary>
    /// <param name="multiple">How many times the base.</param>
    /// <returns>For example <c>width 128</c>, <c>8 layers</c> or <c>1,638,400 tokens</c>.</returns>
    public string Text(int multiple)
    {
        string extent = ExtentOf(multiple).ToString(Axis == SweepAxis.Tokens ? "N0" : "0", CultureInfo.InvariantCulture);
        return Axis switch
        {
            SweepAxis.Width => $"width {extent}",
            SweepAxis.Depth => $"{extent} {(extent == "1" ? "layer" : "layers")}",
            _ => $"{extent} tokens",
        };
    }

    /// <summary>Steps between the evaluations of a run.</summary>
    /// <param name="steps">Its steps.</param>
    /// <returns>The interval; every run is evaluated at its end besides.</returns>
    public int EvalIntervalOf(int steps) => EvalInterval ?? (int)(((long)steps + Evaluations - 1) / Evaluations);

    /// <summary>The settings of the runs of one parametrization and multiple, without learning rate and seed.</summary>
    /// <param name="parametrization">The parametrization.</param>
    /// <param name="multiple">How many times the base.</param>
    /// <returns>Names without dashes, and values.</returns>
    public IReadOnlyList<(string Name, string Value)> SettingsFor(Parametrization parametrization, int multiple)
    {
        SweepSize size = SizeOf(multiple);
        List<(string, string)> settings =
        [
            ("preset", Preset),
            (SettingCatalog.Architecture.Name, Architecture.NGpt.Name()),
            .. Given.Where(setting => SettingCatalog.Find(setting.Name) is not Setting known || !Shape.Contains(known)),
            (SettingCatalog.EmbeddingWidth.Name, Integer(size.Width)),
            (SettingCatalog.Heads.Name, Integer(size.Heads)),
            (SettingCatalog.MlpWidth.Name, Integer(size.MlpWidth)),
            (SettingCatalog.Layers.Name, Integer(size.Layers)),
            (SettingCatalog.Steps.Name, Integer(size.Steps)),
            (SettingCatalog.EvalInterval.Name, Integer(EvalIntervalOf(size.Steps))),
            (SettingCatalog.CheckpointInterval.Name, Integer(size.Steps)),
            (SettingCatalog.KeepCheckpoints.Name, "1"),
            (SettingCatalog.Parametrization.Name, parametrization.Name()),
        ];
        if (parametrization == Parametrization.NuGpt)
        {
            settings.Add((SettingCatalog.BaseWidth.Name, Integer(Base.Width)));
            settings.Add((SettingCatalog.BaseLayers.Name, Integer(Base.Layers)));
            settings.Add((SettingCatalog.BaseTokens.Name, Integer(Base.Steps * TokensPerStep)));
        }

        return settings;

        static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
