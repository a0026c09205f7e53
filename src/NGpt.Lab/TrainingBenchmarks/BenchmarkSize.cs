using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Dimensions of the model and its batches on which subjects are compared.</summary>
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

    /// <summary>V, the vocabulary size.</summary>
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

    /// <summary>Collects every problem of these dimensions.</summary>
    /// <returns>One line per problem; empty when valid.</returns>
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

/// <summary>Named sizes: layers x width.</summary>
public static class BenchmarkSizes
{
    private const int MaxContextLength = 1 << 20;

    /// <summary>All named sizes, smallest first.</summary>
    public static IReadOnlyList<BenchmarkSize> All { get; } =
    [
        Size("4x128", layers: 4, width: 128, heads: 4, context: 64, batch: 12, vocabulary: 96),
        Size("6x384", layers: 6, width: 384, heads: 6, context: 256, batch: 16, vocabulary: 512),
        Size("12x768", layers: 12, width: 768, heads: 12, context: 1024, batch: 4, vocabulary: 32768),
    ];

    /// <summary>The default size: a step takes seconds at most.</summary>
    public static BenchmarkSize Default => All[1];

    /// <summary>Finds a size by its name.</summary>
    /// <param name="name">
    /// A name, or a name with a context length, such as <c>6x384@4096</c>: the batch then has as few sequences as give
    /// the same number of tokens in a step, at least one.
    /// </param>
    /// <returns>The size.</returns>
    /// <exception cref="UsageException">There is no such size.</exception>
    public static BenchmarkSize Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Trim().ToLowerInvariant().Split('@');
        BenchmarkSize size = All.FirstOrDefault(known => known.Name == parts[0])
            ?? throw new UsageException(
                $"unknown size \"{name}\": the sizes are {string.Join(", ", All.Select(known => known.Name))}, each with @LENGTH for another context length",
                "For any other size give --layers, --embedding-width, --heads, --context-length, --batch-size and --vocabulary");
        if (parts.Length == 1)
        {
            return size;
        }

        return parts.Length == 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int context) && context is >= 1 and <= MaxContextLength
                ? size with
                {
                    Name = $"{size.Name}@{context}",
                    ContextLength = context,
                    BatchSize = (int)Math.Max(1, size.TokensPerStep / context),
                }
                : throw new UsageException(
                    $"size \"{name}\" has no context length from 1 to {MaxContextLength} after the @", $"give for example {size.Name}@4096");
    }

    private static BenchmarkSize Size(string name, int layers, int width, int heads, int context, int batch, int vocabulary) => new()
    {
        Name = name,
        LayerCount = layers,
        EmbeddingWidth = width,
        HeadCount = heads,
        MlpWidth = 4 * width,
        ContextLength = context,
        BatchSize = batch,
        VocabularySize = vocabulary,
    };
}
