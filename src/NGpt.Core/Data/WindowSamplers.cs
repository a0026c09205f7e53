using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Data;

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

    /// <summary>Refuses data that is shorter than one window.</summary>
    /// <param name="split">Which data: training or validation.</param>
    /// <param name="tokenCount">Its tokens.</param>
    /// <param name="contextLength">The context length.</param>
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
