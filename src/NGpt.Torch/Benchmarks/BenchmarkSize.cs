using NGpt.Core.Configuration;

namespace NGpt.Torch.Benchmarks;

/// <summary>The sizes of a model and its batches on which subjects are compared.</summary>
public sealed record BenchmarkSize
{
    /// <summary>Name for tables, for example <c>6x384</c>.</summary>
    public required string Name { get; init; }

    /// <summary>L, the number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>C, the width of the embedding.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>H, the number of attention heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>F, the width of the MLP's hidden state.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>T, tokens in one sequence.</summary>
    public required int ContextLength { get; init; }

    /// <summary>B, sequences in one step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>V, the number of tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>B·T, tokens in one step.</summary>
    public long TokensPerStep => (long)BatchSize * ContextLength;

    /// <summary>The model of one architecture in this size.</summary>
    /// <param name="architecture">Which of the two model families.</param>
    /// <returns>Its configuration, with the published initial scales for nGPT.</returns>
    public ModelConfig Model(Architecture architecture) => new()
    {
        Architecture = architecture,
        VocabularySize = VocabularySize,
        LayerCount = LayerCount,
        HeadCount = HeadCount,
        EmbeddingWidth = EmbeddingWidth,
        MlpWidth = MlpWidth,
        ContextLength = ContextLength,
        Scales = architecture == Architecture.NGpt ? NGptScales.Published(EmbeddingWidth) : null,
    };

    /// <summary>Gathers everything that is wrong with these sizes.</summary>
    /// <returns>One line a problem; empty when they are sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [.. Model(Architecture.Gpt).Validate()];
        if (BatchSize < 1)
        {
            problems.Add($"batch size {BatchSize} is below 1");
        }
        else if (TokensPerStep > int.MaxValue)
        {
            problems.Add($"batch size {BatchSize} times context length {ContextLength} is more than {int.MaxValue} tokens");
        }

        return problems;
    }
}
