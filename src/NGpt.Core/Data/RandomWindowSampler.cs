using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Core.Data;

/// <summary>
/// Windows drawn with replacement, as nanoGPT draws them: each begins anywhere, every place as likely, whatever came
/// before. The generator is seeded again for every window, from seed and position, so that any position is reached at once.
/// </summary>
public sealed class RandomWindowSampler : IWindowSampler
{
    private readonly SplitMix64 _random = new(0);
    private readonly long _tokenCount;
    private readonly ulong _key;
    private long _position;

    /// <summary>Creates the sampler at position 0.</summary>
    /// <param name="tokenCount">The number of training tokens N.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="seed">Chooses the windows.</param>
    /// <exception cref="UsageException">There are fewer than C + 1 tokens.</exception>
    public RandomWindowSampler(long tokenCount, int contextLength, ulong seed)
    {
        WindowSamplers.RequireWindow("training", tokenCount, contextLength);
        (_tokenCount, ContextLength, _key) = (tokenCount, contextLength, SplitMix64.Mix(seed));
    }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
    public long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <inheritdoc/>
    public void NextBatch(int batchSize, Span<long> starts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, starts.Length);
        foreach (ref long start in starts[..batchSize])
        {
            // Mixed, since the streams of neighbouring states of the generator would overlap.
            _random.State = SplitMix64.Mix(_key ^ (ulong)_position++);
            start = _random.NextBelow(_tokenCount - ContextLength);
        }
    }
}
