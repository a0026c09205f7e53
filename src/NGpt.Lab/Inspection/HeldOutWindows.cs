using NGpt.Core.Data;

namespace NGpt.Lab.Inspection;

/// <summary>
/// Held-out text cut to several lengths: the context length of training and its multiples. The same text is cut for all
/// of them, so that losses at different lengths are those of the same tokens and differ by the context alone.
/// </summary>
public sealed class HeldOutWindows
{
    // Longer windows would take the whole memory in attention of some platforms.
    private const int MaxLength = 1 << 16;

    private static readonly int[] Multiples = [1, 2, 4, 8];

    private readonly TokenShards _shards;
    private readonly EvaluationWindows _spans;

    /// <summary>Chooses the text.</summary>
    /// <param name="shards">The held-out tokens; outlives this.</param>
    /// <param name="contextLength">T of training.</param>
    /// <param name="count">How many windows of the longest length; fewer where the text is short.</param>
    /// <exception cref="Core.Errors.UsageException">There are not even the T + 1 tokens of one window.</exception>
    public HeldOutWindows(TokenShards shards, int contextLength, int count)
    {
        ArgumentNullException.ThrowIfNull(shards);
        _shards = shards;
        Lengths = [.. Multiples
            .Select(multiple => (long)contextLength * multiple)
            .Where(length => length == contextLength || (length < shards.Count && length <= MaxLength))
            .Select(length => (int)length)];
        LeftOut = [.. Multiples.Skip(Lengths.Count).Select(multiple => (long)contextLength * multiple)];
        _spans = new EvaluationWindows(shards.Count, Lengths[^1], count);
    }

    /// <summary>The lengths that the text suffices for, ascending: the context length and its multiples by 2, 4 and 8.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The multiples for which the text is too short, or that are too long to measure.</summary>
    public IReadOnlyList<long> LeftOut { get; }

    /// <summary>Why the first of <see cref="LeftOut"/> is left out.</summary>
    public string Reason => LeftOut.Count == 0 ? ""
        : LeftOut[0] > MaxLength ? $"more than {MaxLength:N0} tokens are not read at once"
        : $"the held-out data has {_shards.Count:N0} tokens";

    /// <summary>Tokens that are predicted, the same at every length.</summary>
    public long Tokens => _spans.Tokens;

    /// <summary>Windows of the longest length.</summary>
    public int Count => _spans.Count;

    /// <summary>Reads the windows of a length, one at a time.</summary>
    /// <param name="length">One of <see cref="Lengths"/>.</param>
    /// <returns>Windows of length + 1 tokens; their targets are the same tokens for every length.</returns>
    public IEnumerable<int[]> Of(int length)
    {
        for (int span = 0; span < _spans.Count; span++)
        {
            for (int first = 0; first < _spans.ContextLength; first += length)
            {
                int[] window = new int[length + 1];
                _shards.Read(_spans.Starts[span] + first, window);
                yield return window;
            }
        }
    }

    /// <summary>Reads some windows of the context length, evenly spread over the text.</summary>
    /// <param name="max">Most windows.</param>
    /// <returns>Windows of T + 1 tokens.</returns>
    public IEnumerable<int[]> Some(int max)
    {
        int[][] all = [.. Of(Lengths[0])];
        int count = Math.Min(max, all.Length);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }
}
