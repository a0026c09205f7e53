using NGpt.Core.Errors;

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

    /// <summary>Gradient accumulation steps; times <see cref="BatchSize"/> it is the global batch.</summary>
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
    public int SampleTokens { get; init; } = TrainingConfig.DefaultSampleTokens;

    /// <summary>The values of this preset as settings.</summary>
    internal Dictionary<Setting, object> ValuesFor(Architecture architecture) => new()
    {
        [ModelConfig.LayersSetting] = LayerCount,
        [ModelConfig.HeadsSetting] = HeadCount,
        [ModelConfig.EmbeddingWidthSetting] = EmbeddingWidth,
        [ModelConfig.ContextLengthSetting] = ContextLength,
        [TrainingConfig.BatchSizeSetting] = BatchSize,
        [TrainingConfig.GradientAccumulationSetting] = GradientAccumulation,
        [TrainingConfig.StepsSetting] = Steps,
        [TrainingConfig.LearningRateSetting] = architecture == Architecture.NGpt ? NGptLearningRate : GptLearningRate,
        [TrainingConfig.EvalIntervalSetting] = EvalInterval,
        [TrainingConfig.EvalBatchesSetting] = EvalBatches,
        [TrainingConfig.LogIntervalSetting] = LogInterval,
        [TrainingConfig.CheckpointIntervalSetting] = CheckpointInterval,
        [TrainingConfig.SampleTokensSetting] = SampleTokens,
    };
}

/// <summary>The presets that <c>--preset</c> chooses from.</summary>
public static class Presets
{
    /// <summary>Trains in seconds.</summary>
    public static Preset Nano { get; } = new()
    {
        Name = "nano",
        Description = "trains in seconds on a CPU: to see that everything works",
        LayerCount = 2,
        HeadCount = 4,
        EmbeddingWidth = 64,
        ContextLength = 64,
        BatchSize = 8,
        Steps = 60,
        NGptLearningRate = 1e-2,
        GptLearningRate = 2e-3,
        EvalInterval = 20,
        EvalBatches = 4,
        LogInterval = 10,
        CheckpointInterval = 30,
        SampleTokens = 100,
    };

    /// <summary>Trains in minutes; the default.</summary>
    public static Preset Small { get; } = new()
    {
        Name = "small",
        Description = "trains in two to four minutes on two cores: the default",
        LayerCount = 4,
        HeadCount = 4,
        EmbeddingWidth = 128,
        ContextLength = 256,
        BatchSize = 8,
        Steps = 2400,
        NGptLearningRate = 1e-2,
        GptLearningRate = 2e-3,
        EvalInterval = 100,
        EvalBatches = 10,
        LogInterval = 10,
        CheckpointInterval = 100,
    };

    /// <summary>The size of GPT-2 small: needs a GPU.</summary>
    public static Preset Medium { get; } = new()
    {
        Name = "medium",
        Description = "the size of GPT-2 small, half a million tokens a step: needs a GPU",
        LayerCount = 12,
        HeadCount = 12,
        EmbeddingWidth = 768,
        ContextLength = 1024,
        BatchSize = 16,
        GradientAccumulation = 32,
        Steps = 20_000,
        NGptLearningRate = 3e-3,
        GptLearningRate = 1e-3,
        EvalInterval = 500,
        EvalBatches = 50,
        LogInterval = 10,
        CheckpointInterval = 1000,
    };

    /// <summary>The smaller model of the paper.</summary>
    public static Preset HalfBillion { get; } = new()
    {
        Name = "0.5b",
        Description = "the paper's smaller model, global batch of 512 sequences",
        LayerCount = 24,
        HeadCount = 16,
        EmbeddingWidth = 1024,
        ContextLength = 1024,
        BatchSize = 8,
        GradientAccumulation = 64,
        Steps = 100_000,
        NGptLearningRate = 15e-4,
        GptLearningRate = 6e-4,
        EvalInterval = 1000,
        EvalBatches = 100,
        LogInterval = 10,
        CheckpointInterval = 2000,
    };

    /// <summary>The larger model of the paper.</summary>
    public static Preset Billion { get; } = new()
    {
        Name = "1b",
        Description = "the paper's larger model, global batch of 512 sequences",
        LayerCount = 36,
        HeadCount = 20,
        EmbeddingWidth = 1280,
        ContextLength = 1024,
        BatchSize = 4,
        GradientAccumulation = 128,
        Steps = 100_000,
        NGptLearningRate = 15e-4,
        GptLearningRate = 4e-4,
        EvalInterval = 1000,
        EvalBatches = 100,
        LogInterval = 10,
        CheckpointInterval = 2000,
    };

    /// <summary>The preset of a run for which none was chosen.</summary>
    public static Preset Default => Small;

    /// <summary>All presets, smallest first.</summary>
    public static IReadOnlyList<Preset> All { get; } = [Nano, Small, Medium, HalfBillion, Billion];

    /// <summary>Finds a preset; case does not matter.</summary>
    /// <param name="name">Name of the preset.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="UsageException">There is no preset of that name.</exception>
    public static Preset Named(string name) => Find(name) ?? throw new UsageException(Unknown(name));

    internal static Preset? Find(string name) =>
        All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal static string Unknown(string name) =>
        $"unknown preset \"{name}\": the presets are {string.Join(", ", All.Select(preset => preset.Name))}";
}
