namespace NGpt.Core.Configuration;

/// <summary>Type of the matrix products and activations of a training step.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    F32,

    /// <summary>
    /// bfloat16 matrix products and activations; master weights, residual stream, statistics and optimizer moments stay float32.
    /// </summary>
    Bf16,
}

/// <summary>Training engine of a run. Both compute the same; they round differently.</summary>
public enum EngineKind
{
    /// <summary>The model's modules with autograd: on every device, for every model.</summary>
    Plain,

    /// <summary>Forward and backward pass written out, where processor and model allow it.</summary>
    Fast,
}

/// <summary>A whole run, resolved: what is written to the run folder's <c>config.json</c>.</summary>
public sealed record RunConfig
{
    /// <summary>The version of this schema that this program writes.</summary>
    public const int CurrentVersion = 1;

    internal static ConfigSchema<RunConfig> Schema { get; } = new(SettingGroup.Run, Activator.CreateInstance<RunConfig>);

    /// <summary>Version of the schema that the file was written with.</summary>
    public int Version { get; init; } = CurrentVersion;

    internal static Setting<int> VersionKey { get; } = Schema.AddStored(
        "version", SettingTypes.Integer, run => run.Version, (run, value) => run with { Version = value });

    /// <summary>The preset that the settings started from.</summary>
    public required string Preset { get; init; }

    internal static Setting<string> PresetKey { get; } = Schema.AddStored("preset", SettingTypes.Text, run => run.Preset, (run, value) => run with { Preset = value });

    /// <summary>The model.</summary>
    public required ModelConfig Model { get; init; }

    internal static ConfigSchema<ModelConfig> ModelKey { get; } = Schema.AddNested(
        "model", ModelConfig.Schema, run => run.Model, (run, value) => run with { Model = value! });

    /// <summary>The training recipe.</summary>
    public required TrainingConfig Training { get; init; }

    internal static ConfigSchema<TrainingConfig> TrainingKey { get; } = Schema.AddNested(
        "training", TrainingConfig.Schema, run => run.Training, (run, value) => run with { Training = value! });

    /// <summary>The data.</summary>
    public required DataConfig Data { get; init; }

    internal static ConfigSchema<DataConfig> DataKey { get; } = Schema.AddNested(
        "data", DataConfig.Schema, run => run.Data, (run, value) => run with { Data = value! });

    /// <summary>Type of the matrix products, as it was resolved when the run began.</summary>
    public Precision Precision { get; init; } = Precision.F32;

    internal static Setting<Precision> PrecisionKey { get; } = Schema.AddStored(
        "precision", SettingTypes.Choice(ConfigurationNames.Precisions), run => run.Precision, (run, value) => run with { Precision = value }, KeyPresence.OptionalOnRead);

    /// <summary>Training engine, as it was resolved when the run began.</summary>
    public EngineKind Engine { get; init; } = EngineKind.Plain;

    internal static Setting<EngineKind> EngineKey { get; } = Schema.AddStored(
        "engine", SettingTypes.Choice(ConfigurationNames.Engines), run => run.Engine, (run, value) => run with { Engine = value }, KeyPresence.OptionalOnRead);

    /// <summary>Full path of the checkpoint whose weights the run began with; null for fresh parameters.</summary>
    public string? InitFrom { get; init; }

    internal static Setting<string> InitFromKey { get; } = Schema.AddStoredText("init_from", run => run.InitFrom, (run, value) => run with { InitFrom = value });

    /// <summary>Gathers everything that is wrong with this configuration.</summary>
    /// <returns>One line a problem; empty when the configuration is valid.</returns>
    public IReadOnlyList<string> Validate() => [.. Validate(Model, Training), .. Data.Problems()];

    internal static IReadOnlyList<string> Validate(ModelConfig model, TrainingConfig training)
    {
        List<string> problems = [.. model.Validate(), .. training.Validate()];
        if ((long)training.BatchSize * model.ContextLength > int.MaxValue)
        {
            problems.Add($"batch size {training.BatchSize} times context length {model.ContextLength} is more than {int.MaxValue} tokens in one pass");
        }

        return problems;
    }
}
