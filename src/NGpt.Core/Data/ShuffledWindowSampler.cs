using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Core.Data;

/// <summary>
/// Windows drawn without replacement: in each epoch they lie at stride <c>contextLength</c> behind a random offset in
/// [0, contextLength), and each is drawn once, in random order.
/// </summary>
public sealed class ShuffledWindowSampler : IWindowSampler
{
    private readonly ulong _seed;

    // With N tokens and context length C: N - 1 = _quotient * C + _remainder.
    private readonly long _quotient;
    private readonly long _remainder;

    private long _epoch;
    private long _epochStart;
    private long _position;
    private long _offset;
    private ShuffledOrder _order;

    /// <summary>Creates the sampler at position 0.</summary>
    /// <param name="tokenCount">The number of training tokens N.</param>
    /// <param name="contextLength">The number of inputs of a window C, above 0.</param>
    /// <param name="seed">Chooses offsets and orders.</param>
    /// <exception cref="UsageException">There are fewer than C + 1 tokens.</exception>
    public ShuffledWindowSampler(long tokenCount, int contextLength, ulong seed)
    {
        WindowSamplers.RequireWindow("training", tokenCount, contextLength);
        (_quotient, _remainder) = Math.DivRem(tokenCount - 1, contextLength);
        ContextLength = contextLength;
        _seed = seed;
        Enter(epoch: 0, epochStart: 0);
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
            Seek(value);
        }
    }

    /// <summary>
    /// The number of windows in the epoch that the next window belongs to: (N-1)/C rounded down, or one less where the
    /// epoch's offset leaves no room for the last.
    /// </summary>
    public long WindowsPerEpoch => _order.Count;

    /// <inheritdoc/>
    public double Epoch => _epoch + ((double)(_position - _epochStart) / WindowsPerEpoch);

    /// <inheritdoc/>
    public void NextBatch(int batchSize, Span<long> starts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, starts.Length);
        for (int i = 0; i < batchSize; i++)
        {
            starts[i] = _offset + (_order[_position - _epochStart] * ContextLength);
            _position++;
            if (_position - _epochStart == WindowsPerEpoch)
            {
                Enter(_epoch + 1, _position);
            }
        }
    }

    private void Seek(long position)
    {
        // Epochs differ in length by one, so the place of an epoch is a sum; with one window each it is the position.
        if (_quotient == 1)
        {
            Enter(position, position);
        }
        else
        {
            Enter(epoch: 0, epochStart: 0);
            while (position - _epochStart >= WindowsPerEpoch)
            {
                Enter(_epoch + 1, _epochStart + WindowsPerEpoch);
            }
        }

        _position = position;
    }

    private void Enter(long epoch, long epochStart)
    {
        var random = new SplitMix64(SplitMix64.Mix(_seed) ^ (ulong)epoch);

        // With room for a single window the offset must leave that room.
        _offset = random.NextBelow(_quotient == 1 ? _remainder + 1 : ContextLength);
        long windows = _quotient > 1 && _offset > _remainder ? _quotient - 1 : _quotient;
        _order = new ShuffledOrder(random.Next(), windows);
        _epoch = epoch;
        _epochStart = epochStart;
        _position = epochStart;
    }
}
