namespace NGpt.Core.Data;

/// <summary>
/// Windows of several sources in fixed shares: the next one comes from the source that is furthest behind its share, so that
/// after any number of windows each source is within one window of it per other source. The windows of a source come from a
/// sampler of its own, which starts its next epoch when it has used all of them.
/// </summary>
public sealed class MixtureWindowSampler : IWindowSampler
{
    private readonly (IWindowSampler Sampler, long Offset, double Weight)[] _sources;
    private readonly long[] _drawn;
    private long _position;

    /// <summary>Creates the sampler at position 0.</summary>
    /// <param name="sources">
    /// For each source its sampler, owned from now on; the place of its first token in the joined tokens; and its share. The
    /// shares add up to 1.
    /// </param>
    public MixtureWindowSampler(params IReadOnlyList<(IWindowSampler Sampler, long Offset, double Weight)> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count, nameof(sources));
        _sources = [.. sources];
        _drawn = new long[_sources.Length];
        ContextLength = _sources[0].Sampler.ContextLength;
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
            if (value < _position)
            {
                Array.Clear(_drawn);
                _position = 0;
            }

            // The order is known only by following it: a few nanoseconds for each window.
            while (_position < value)
            {
                _drawn[NextSource()]++;
                _position++;
            }

            for (int i = 0; i < _sources.Length; i++)
            {
                _sources[i].Sampler.Position = _drawn[i];
            }
        }
    }

    /// <inheritdoc/>
    public void NextBatch(int batchSize, Span<long> starts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, starts.Length);
        for (int i = 0; i < batchSize; i++)
        {
            int source = NextSource();
            _sources[source].Sampler.NextBatch(1, starts[i..]);
            starts[i] += _sources[source].Offset;
            _drawn[source]++;
            _position++;
        }
    }

    private int NextSource()
    {
        int next = 0;
        double largest = double.NegativeInfinity;
        for (int i = 0; i < _sources.Length; i++)
        {
            double behind = (_sources[i].Weight * (_position + 1)) - _drawn[i];
            if (behind > largest)
            {
                (next, largest) = (i, behind);
            }
        }

        return next;
    }
}
