using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Data;

/// <summary>
/// Chooses the training windows of a run. A window is <c>contextLength + 1</c> neighbouring tokens: inputs and, one place
/// later, targets. Everything follows from the seed and the number of windows drawn so far, so a run that is resumed sees
/// exactly the windows that would have come. Not safe for use by several threads.
/// </summary>
public interface IWindowSampler
{
    /// <summary>The number of inputs of a window C; a window has C + 1 tokens.</summary>
    int ContextLength { get; }

    /// <summary>
    /// The number of windows drawn since the start: with the seed, the whole state. Setting it continues from there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    long Position { get; set; }

    /// <summary>Draws the next windows.</summary>
    /// <param name="batchSize">How many.</param>
    /// <param name="starts">Receives the place of each window's first token, in the first <paramref name="batchSize"/> elements.</param>
    void NextBatch(int batchSize, Span<long> starts);
}

/// <summary>Makes the sampler that a run asks for.</summary>
public static class WindowSamplers
{
    /// <summary>Makes a sampler at position 0.</summary>
    /// <param name="sampling">How windows are chosen.</param>
    /// <param name="tokenCount">The number of training tokens N.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="seed">Chooses the windows.</param>
    /// <exception cref="UsageException">There are fewer than C + 1 tokens.</exception>
    public static IWindowSampler Create(WindowSampling sampling, long tokenCount, int contextLength, ulong seed) => sampling switch
    {
        WindowSampling.Shuffled => new ShuffledWindowSampler(tokenCount, contextLength, seed),
        WindowSampling.Random => new RandomWindowSampler(tokenCount, contextLength, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(sampling), sampling, "unknown sampling"),
    };

    /// <summary>Rejects data that is shorter than one window.</summary>
    internal static void RequireWindow(string split, long tokenCount, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokenCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextLength);
        if (tokenCount <= contextLength)
        {
            throw new UsageException(
                $"the {split} data has {tokenCount:N0} tokens, fewer than the {(long)contextLength + 1:N0} of one window (context length {contextLength:N0} and one more)",
                tokenCount > 1 ? $"give --context-length {tokenCount - 1} or less, or more data" : "give more data");
        }
    }
}
