using NGpt.Core.Data;

namespace NGpt.Lab.Inspection;

/// <summary>
/// Held-out tokens in windows of several lengths: the context length of training and its multiples. All lengths have the
/// same tokens, so that losses at different lengths differ by the context alone.
/// </summary>
internal sealed class HeldOutWindows
{
    // With longer windows attention takes all memory on some platforms.
    private const int MaxLength = 1 << 16;

    private static readonly int[] Multiples = [1, 2, 4, 8];

    private readonly TokenShards _shards;
    private readonly EvaluationWindows _spans;

    public HeldOutWindows(TokenShards shards, int contextLength, int count)
    {
        _shards = shards;
        Lengths = [.. Multiples
            .Select(multiple => (long)contextLength * multiple)
            .Where(length => length == contextLength || (length < shards.Count && length <= MaxLength))
            .Select(length => (int)length)];
        SkippedLengths = [.. Multiples.Skip(Lengths.Count).Select(multiple => (long)contextLength * multiple)];
        _spans = new EvaluationWindows(shards.Count, Lengths[^1], count);
    }

    /// <summary>The lengths for which there are enough tokens, ascending: the context length and its multiples by 2, 4 and 8.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The multiples for which there are too few tokens, or that are too long to measure.</summary>
    public IReadOnlyList<long> SkippedLengths { get; }

    /// <summary>Why the first of <see cref="SkippedLengths"/> is skipped.</summary>
    public string SkipReason => SkippedLengths.Count == 0 ? ""
        : SkippedLengths[0] > MaxLength ? $"the maximum is {MaxLength:N0} tokens"
        : $"the held-out data has {_shards.Count:N0} tokens";

    /// <summary>Predicted tokens, the same at every length.</summary>
    public long Tokens => _spans.Tokens;

    /// <summary>Windows of the longest length.</summary>
    public int Count => _spans.Count;

    /// <summary>Reads the windows of one of <see cref="Lengths"/>, of length + 1 tokens each, one at a time.</summary>
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

    /// <summary>Reads up to <paramref name="max"/> windows of the context length, of T + 1 tokens each, evenly spaced.</summary>
    public IEnumerable<int[]> Sample(int max)
    {
        int[][] all = [.. Of(Lengths[0])];
        int count = Math.Min(max, all.Length);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }
}
