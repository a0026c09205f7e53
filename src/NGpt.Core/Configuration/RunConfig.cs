namespace NGpt.Core.Configuration;

/// <summary>A whole run, resolved: what is written to the run folder's <c>config.json</c>.</summary>
public sealed record RunConfig
{
    /// <summary>The version of this schema that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the schema that the file was written with.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The preset that the settings started from.</summary>
    public required string Preset { get; init; }

    /// <summary>The model.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>The training recipe.</summary>
    public required TrainingConfig Training { get; init; }

    /// <summary>The data.</summary>
    public required DataConfig Data { get; init; }

    /// <summary>Type of the matrix products, as it was resolved when the run began.</summary>
    public Precision Precision { get; init; } = Precision.F32;

    /// <summary>What computes the steps, as it was resolved when the run began.</summary>
    public EngineKind Engine { get; init; } = EngineKind.Plain;

    /// <summary>Full path of the checkpoint whose weights the run began with; null for fresh parameters.</summary>
    public string? InitFrom { get; init; }

    /// <summary>Gathers everything that is wrong with this configuration.</summary>
    /// <returns>One line a problem; empty when the configuration is sound.</returns>
    public IReadOnlyList<string> Validate() => Validate(Model, Training);

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
