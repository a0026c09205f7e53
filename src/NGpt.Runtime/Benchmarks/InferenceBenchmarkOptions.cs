using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What <c>ngpt bench</c> measures.</summary>
public sealed record InferenceBenchmarkOptions
{
    /// <summary>Types of the weights; one after the other in every round. Empty for all that the model can have.</summary>
    public IReadOnlyList<WeightType> Types { get; init; } = [];

    /// <summary>Lengths of the text before the tokens that are decoded.</summary>
    public IReadOnlyList<int> Contexts { get; init; } = [128, 1024];

    /// <summary>Tokens of the prompt that is read, at least 1.</summary>
    public int PromptTokens { get; init; } = 512;

    /// <summary>Tokens decoded in one measurement, at least 1.</summary>
    public int DecodeTokens { get; init; } = 32;

    /// <summary>Measurements of each figure, at least 1.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Threads that compute; null for one on each core.</summary>
    public int? Threads { get; init; }

    /// <summary>How keys and values are kept; null as in <see cref="ContextOptions.CacheType"/>.</summary>
    public CacheType? CacheType { get; init; }

    /// <summary>Tokens that a context must hold.</summary>
    public int ContextLength => Math.Max(PromptTokens, Contexts.Max() + DecodeTokens);

    /// <summary>The shape that is measured where no model is given: 12 layers of width 768, with 32,000 tokens.</summary>
    /// <param name="architecture">The architecture.</param>
    public static ModelConfig Shape(Architecture architecture) => new()
    {
        Architecture = architecture,
        VocabularySize = 32_000,
        LayerCount = 12,
        HeadCount = 12,
        EmbeddingWidth = 768,
        MlpWidth = 3072,
        ContextLength = 2048,
        Scales = architecture == Architecture.NGpt ? NGptScales.Published(768) : null,
    };
}
