using NGpt.Core.Numerics.Threads;

namespace NGpt.Core.Configuration;

/// <summary>Options of one call that are not part of the recipe: where and how it runs, and what it starts from.</summary>
public sealed record RunOptions
{
    private const string Auto = "auto";

    internal static ConfigSchema<RunOptions> Schema { get; } = new(SettingGroup.Run, () => new RunOptions(), checksRangesOfText: true);

    /// <summary>Folder of the run, or null for a new one under <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>The setting of <see cref="Out"/>.</summary>
    public static Setting<string> OutSetting { get; } = Schema.AddOptional(
        options => options.Out,
        (options, value) => options with { Out = value },
        new Setting<string>("out", SettingTypes.Text, "FOLDER", "Folder of the run", "out_dir") { DefaultText = "a new one under runs" },
        presence: KeyPresence.None);

    /// <summary>Compute device: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = Auto;

    /// <summary>The setting of <see cref="Device"/>.</summary>
    public static Setting<string> DeviceSetting { get; } = Schema.Add(
        options => options.Device,
        (options, value) => options with { Device = value },
        new("device", SettingTypes.Device, "auto|cpu|cuda|cuda:N", "Compute device"),
        presence: KeyPresence.None);

    /// <summary>Type of the matrix products, or null for the one that suits engine and processor.</summary>
    public Precision? Precision { get; init; }

    /// <summary>The setting of <see cref="Precision"/>.</summary>
    public static Setting<string> DataTypeSetting { get; } = Schema.AddOptional(
        options => options.Precision?.Name(),
        (options, value) => options with { Precision = ConfigurationNames.Precisions.TryParse(value ?? Auto, out Precision precision) ? precision : null },
        new Setting<string>("dtype", SettingTypes.DataType, "auto|bf16|float32", "Type of the matrix products, weights stay float32") { DefaultText = "auto: bf16 where it is fast" },
        presence: KeyPresence.None);

    /// <summary>Training engine, or null for the fast engine where it is supported.</summary>
    public EngineKind? Engine { get; init; }

    /// <summary>The setting of <see cref="Engine"/>.</summary>
    public static Setting<string> EngineSetting { get; } = Schema.AddOptional(
        options => options.Engine?.Name(),
        (options, value) => options with { Engine = ConfigurationNames.Engines.TryParse(value ?? Auto, out EngineKind engine) ? engine : null },
        new Setting<string>("engine", SettingTypes.Engine, "auto|fast|plain", "Training engine") { DefaultText = "auto: the fast engine where it is supported, else the plain modules" },
        presence: KeyPresence.None);

    /// <summary>Whether activations are recomputed in the backward pass instead of being kept.</summary>
    public bool Recompute { get; init; }

    /// <summary>The setting of <see cref="Recompute"/>.</summary>
    public static Setting<bool> RecomputeSetting { get; } = Schema.Add(
        options => options.Recompute,
        (options, value) => options with { Recompute = value },
        new("recompute", SettingTypes.Flag, "true|false", "Fast engine: recompute activations in the backward pass, for long contexts in less memory")
        {
            NoEffect = layers => WithEvalOnly(layers, "--eval-only has no backward pass"),
        },
        presence: KeyPresence.None);

    /// <summary>CPU threads, or null for as many as the machine has cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The setting of <see cref="Threads"/>.</summary>
    public static Setting<int> ThreadsSetting { get; } = Schema.AddOptional(
        options => options.Threads,
        (options, value) => options with { Threads = value },
        new Setting<int>("threads", SettingTypes.Integer, "N", "CPU threads") { Range = NumberRange.Between(1, ProcessorCores.MaxThreads), DefaultText = "the number of cores" },
        presence: KeyPresence.None);

    /// <summary>Command line of a program that receives the metrics, or null. Not stored: a run folder must not start programs.</summary>
    public string? MetricsHook { get; init; }

    /// <summary>The setting of <see cref="MetricsHook"/>.</summary>
    public static Setting<string> MetricsHookSetting { get; } = Schema.AddOptional(
        options => options.MetricsHook,
        (options, value) => options with { MetricsHook = value },
        new Setting<string>("metrics-hook", SettingTypes.Text, "COMMAND", "Program whose standard input receives each line of metrics.jsonl as it is written")
        {
            NoEffect = layers => WithEvalOnly(layers, "--eval-only writes no metrics"),
        },
        presence: KeyPresence.None);

    /// <summary>Whether a run starts although the memory is estimated to be insufficient.</summary>
    public bool NoMemoryCheck { get; init; }

    /// <summary>The setting of <see cref="NoMemoryCheck"/>.</summary>
    public static Setting<bool> NoMemoryCheckSetting { get; } = Schema.Add(
        options => options.NoMemoryCheck,
        (options, value) => options with { NoMemoryCheck = value },
        new("no-memory-check", SettingTypes.Flag, "true|false", "Start although the memory is estimated to be insufficient"),
        presence: KeyPresence.None);

    /// <summary>Checkpoint whose weights a new run is initialized with, or null.</summary>
    public string? InitFrom { get; init; }

    /// <summary>The setting of <see cref="InitFrom"/>.</summary>
    public static Setting<string> InitFromSetting { get; } = Schema.AddOptional(
        options => options.InitFrom,
        (options, value) => options with { InitFrom = value },
        new Setting<string>("init-from", SettingTypes.Text, "PATH", "Start a new run from the weights of a checkpoint")
        {
            // nanoGPT's default.
            Ignored = value => value is "scratch" ? "a new run starts from scratch unless a checkpoint is given" : null,
        },
        presence: KeyPresence.None);

    /// <summary><c>auto</c>, the run or checkpoint to resume, or null for a new run.</summary>
    public string? Resume { get; init; }

    /// <summary>The setting of <see cref="Resume"/>.</summary>
    public static Setting<string> ResumeSetting { get; } = Schema.AddOptional(
        options => options.Resume,
        (options, value) => options with { Resume = value },
        new Setting<string>("resume", SettingTypes.Text, "auto|PATH", "Resume a run exactly: auto for the newest, or the run's folder"),
        presence: KeyPresence.None);

    /// <summary>Whether to evaluate once and stop.</summary>
    public bool EvalOnly { get; init; }

    /// <summary>The setting of <see cref="EvalOnly"/>.</summary>
    public static Setting<bool> EvalOnlySetting { get; } = Schema.Add(
        options => options.EvalOnly,
        (options, value) => options with { EvalOnly = value },
        new("eval-only", SettingTypes.Flag, "true|false", "Evaluate once and stop")
        {
            NoEffect = layers => layers.Get(ExplainMemorySetting!) ? "--explain-memory stops before" : null,
        },
        presence: KeyPresence.None);

    /// <summary>Whether to print the memory that training would need, and stop.</summary>
    public bool ExplainMemory { get; init; }

    /// <summary>The setting of <see cref="ExplainMemory"/>.</summary>
    public static Setting<bool> ExplainMemorySetting { get; } = Schema.Add(
        options => options.ExplainMemory,
        (options, value) => options with { ExplainMemory = value },
        new("explain-memory", SettingTypes.Flag, "true|false", "Print the memory that training would need, and stop"),
        presence: KeyPresence.None);

    /// <summary>Time after which to save and stop, or null.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The setting of <see cref="TimeLimit"/>.</summary>
    public static Setting<TimeSpan> TimeLimitSetting { get; } = Schema.AddOptional(
        options => options.TimeLimit,
        (options, value) => options with { TimeLimit = value },
        new Setting<TimeSpan>("time-limit", SettingTypes.Duration, "TIME", "Save and stop (exit code 75) after this time: seconds, or 90s, 6m, 1h", "time_limit_seconds")
        {
            NoEffect = layers => WithEvalOnly(layers, "--eval-only takes no steps"),
        },
        presence: KeyPresence.None);

    internal static string? WithEvalOnly(SettingLayers layers, string reason) => layers.Get(EvalOnlySetting) ? reason : null;
}
