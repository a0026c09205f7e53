namespace NGpt.Core.Configuration;

/// <summary>A named starting point: the values that make a complete run for either architecture.</summary>
public sealed record Preset
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in one sentence without a final full stop.</summary>
    public required string Description { get; init; }

    /// <summary>L, the number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>H, the number of attention heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>C, the width of the embedding.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>T, tokens in one training sequence.</summary>
    public required int ContextLength { get; init; }

    /// <summary>B, sequences in one pass.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Passes averaged into one step; times <see cref="BatchSize"/> it is the global batch.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Optimizer steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>Peak learning rate of nGPT; several times the baseline's, as trials at small sizes found.</summary>
    public required double NGptLearningRate { get; init; }

    /// <summary>Peak learning rate of the GPT baseline.</summary>
    public required double GptLearningRate { get; init; }

    /// <summary>Steps between evaluations.</summary>
    public required int EvalInterval { get; init; }

    /// <summary>Batches in one evaluation.</summary>
    public required int EvalBatches { get; init; }

    /// <summary>Steps between the lines that are written and shown.</summary>
    public required int LogInterval { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public required int CheckpointInterval { get; init; }

    /// <summary>Tokens of the text written at the end.</summary>
    public int SampleTokens { get; init; } = 300;

    /// <summary>The values of this preset as settings.</summary>
    /// <param name="architecture">The architecture, as resolved from everything that the person gave.</param>
    /// <returns>A value for each setting that the preset decides.</returns>
    internal Dictionary<Setting, object> ValuesFor(Architecture architecture) => new()
    {
        [SettingCatalog.Layers] = LayerCount,
        [SettingCatalog.Heads] = HeadCount,
        [SettingCatalog.EmbeddingWidth] = EmbeddingWidth,
        [SettingCatalog.ContextLength] = ContextLength,
        [SettingCatalog.BatchSize] = BatchSize,
        [SettingCatalog.GradientAccumulation] = GradientAccumulation,
        [SettingCatalog.Steps] = Steps,
        [SettingCatalog.LearningRate] = architecture == Architecture.NGpt ? NGptLearningRate : GptLearningRate,
        [SettingCatalog.EvalInterval] = EvalInterval,
        [SettingCatalog.EvalBatches] = EvalBatches,
        [SettingCatalog.LogInterval] = LogInterval,
        [SettingCatalog.CheckpointInterval] = CheckpointInterval,
        [SettingCatalog.SampleTokens] = SampleTokens,
    };
}
