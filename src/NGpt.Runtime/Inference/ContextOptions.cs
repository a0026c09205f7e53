using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Runtime.Inference;

/// <summary>How much memory and how many threads a context has; all of it is allocated once.</summary>
public sealed record ContextOptions
{
    /// <summary>Sequences that are held at a time, 1 to <see cref="InferenceContext.MaxSlots"/>.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Tokens that each sequence can have; null for the length that the model was trained with.</summary>
    public int? ContextLength { get; init; }

    /// <summary>
    /// Maximum number of tokens in one call of <see cref="IInferenceContext.Run"/>, 1 to
    /// <see cref="InferenceContext.MaxBatchTokens"/>.
    /// </summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Threads that compute; null for one on each core.</summary>
    public int? Threads { get; init; }

    /// <summary>How keys and values are kept; null for float32 with float32 weights and float16 with all others.</summary>
    public CacheType? CacheType { get; init; }
}

/// <summary>How keys and values of past tokens are kept.</summary>
public enum CacheType
{
    /// <summary>float32: exactly as they were computed.</summary>
    F32,

    /// <summary>float16: half the memory and half the time to read them, rounded to 11 bits.</summary>
    F16,
}

/// <summary>What follows from a <see cref="CacheType"/>.</summary>
internal static class CacheTypes
{
    /// <summary>Bytes of an element.</summary>
    public static int ElementBytes(this CacheType type) => type switch
    {
        CacheType.F32 => sizeof(float),
        CacheType.F16 => sizeof(ushort),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}

/// <summary>
/// The sizes that a context can have. Within them every product of sizes is computed without overflow; whether there is
/// memory for it is another question.
/// </summary>
internal static class ContextSizes
{
    /// <summary>Refuses sizes that are out of range.</summary>
    public static void ThrowIfInvalid(ContextOptions options, int contextLength, int threads)
    {
        List<string> problems = [];
        Require(options.Slots, nameof(options.Slots), InferenceContext.MaxSlots);
        Require(contextLength, nameof(options.ContextLength), InferenceContext.MaxContextLength);
        Require(options.BatchTokens, nameof(options.BatchTokens), InferenceContext.MaxBatchTokens);
        Require(threads, nameof(options.Threads), ProcessorCores.MaxThreads);
        if (problems.Count > 0)
        {
            throw new UsageException($"invalid context options: {string.Join("; ", problems)}", "give values within these ranges");
        }

        void Require(int value, string property, int max)
        {
            if (value < 1 || value > max)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{property} is {value}; allowed: 1 to {max}"));
            }
        }
    }
}
