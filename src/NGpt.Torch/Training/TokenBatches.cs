using NGpt.Core.Data;

namespace NGpt.Torch.Training;

/// <summary>Reads windows of a token file into one batch that is used again and again.</summary>
public sealed class TokenBatches
{
    private readonly TokenShards _shards;
    private readonly TokenBatch _batch;

    /// <summary>Makes room for the largest batch.</summary>
    /// <param name="shards">The tokens; outlives the reader.</param>
    /// <param name="capacity">B, the most windows read at once.</param>
    /// <param name="contextLength">T.</param>
    public TokenBatches(TokenShards shards, int capacity, int contextLength) =>
        (_shards, _batch) = (shards, new TokenBatch(capacity, contextLength));

    /// <summary>Reads windows of T + 1 tokens: the first T are the input, the last T the targets.</summary>
    /// <param name="starts">At most B offsets into the file.</param>
    /// <returns>The batch, whose content the next call replaces.</returns>
    public TokenBatch Read(ReadOnlySpan<long> starts)
    {
        int length = _batch.ContextLength;
        _batch.Count = starts.Length;
        for (int row = 0; row < starts.Length; row++)
        {
            Span<int> inputs = _batch.Inputs.Slice(row * length, length);
            Span<int> targets = _batch.Targets.Slice(row * length, length);
            _shards.Read(starts[row], inputs);
            inputs[1..].CopyTo(targets);
            _shards.Read(starts[row] + length, targets[^1..]);
        }

        return _batch;
    }
}
