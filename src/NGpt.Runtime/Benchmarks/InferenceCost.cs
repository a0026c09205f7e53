using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What a token costs, from the shape alone.</summary>
/// <param name="config">The shape.</param>
internal readonly struct InferenceCost(ModelConfig config)
{
    /// <summary>Numbers of the matrices that every token is multiplied with in the blocks.</summary>
    private long BlockWeights => (long)config.LayerCount * config.EmbeddingWidth * ((4L * config.EmbeddingWidth) + (3L * config.MlpWidth));

    private long OutputWeights => (long)config.VocabularySize * config.EmbeddingWidth;

    /// <summary>Operations of a token after others, logits included.</summary>
    /// <param name="seen">Tokens that it sees, itself included.</param>
    public double Decode(double seen) => (2.0 * (BlockWeights + OutputWeights)) + Attention(seen);

    /// <summary>Operations of a prompt of which only the last token's logits are wanted.</summary>
    /// <param name="tokens">Its length.</param>
    public double Prompt(int tokens) => (2.0 * BlockWeights * tokens) + (2.0 * OutputWeights) + (tokens * Attention((tokens + 1) / 2.0));

    /// <summary>Bytes of keys and values that a token reads.</summary>
    /// <param name="seen">Tokens that it sees.</param>
    /// <param name="type">How they are kept.</param>
    public double CacheBytes(double seen, CacheType type) =>
        2.0 * config.LayerCount * config.EmbeddingWidth * seen * type.NumberBytes();

    private double Attention(double seen) => 4.0 * config.LayerCount * config.EmbeddingWidth * seen;
}
