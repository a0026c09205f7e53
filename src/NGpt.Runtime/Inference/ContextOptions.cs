namespace NGpt.Runtime.Inference;

/// <summary>How much memory and how many threads a context has; all of it is allocated once.</summary>
public sealed record ContextOptions
{
    /// <summary>Sequences that are held at a time, 1 to <see cref="InferenceContext.MaxSlots"/>.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Tokens that each sequence can have; null for the length that the model was trained with.</summary>
    public int? ContextLength { get; init; }

    /// <summary>The most tokens in one call of <see cref="IInferenceContext.Run"/>, 1 to <see cref="InferenceContext.MaxBatchTokens"/>.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Threads that compute; null for one on each core.</summary>
    public int? Threads { get; init; }

    /// <summary>How keys and values are kept; null for float32 with float32 weights and float16 with all others.</summary>
    public CacheType? CacheType { get; init; }
}
