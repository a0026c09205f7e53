using NGpt.Torch.Benchmarks;

namespace NGpt.Cli.Display;

/// <summary>Sizes of a benchmark as people read them.</summary>
public static class BenchmarkNames
{
    /// <summary>A size, with everything that it consists of.</summary>
    /// <param name="size">The size.</param>
    /// <returns>One sentence without a full stop.</returns>
    public static string Of(BenchmarkSize size)
    {
        ArgumentNullException.ThrowIfNull(size);
        return $"{Figure.Count(size.LayerCount, "layer")}, width {Figure.Count(size.EmbeddingWidth)}, {Figure.Count(size.HeadCount, "head")}, MLP {Figure.Count(size.MlpWidth)}, "
            + $"vocabulary {Figure.Count(size.VocabularySize)}; {Figure.Count(size.BatchSize, "sequence")} of {Figure.Count(size.ContextLength, "token")} a step";
    }
}
