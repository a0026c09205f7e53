using System.Runtime.InteropServices;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>A regular expression as a pattern: every match is a piece, and so is every stretch between matches.</summary>
internal sealed class RegexPattern(string expression) : SplitPattern("regex", expression)
{
    private readonly ExpressionMatcher _matcher = new(expression);

    internal override bool CoversEverything => false;

    internal override int FindEnds(ReadOnlySpan<byte> utf8, int start, Span<int> ends, ref object? state)
    {
        state ??= new FoundEnds(FindAll(utf8));
        var all = (FoundEnds)state;
        int count = Math.Min(ends.Length, all.Ends.Count - all.Next);
        CollectionsMarshal.AsSpan(all.Ends).Slice(all.Next, count).CopyTo(ends);
        all.Next += count;
        return count;
    }

    private List<int> FindAll(ReadOnlySpan<byte> utf8)
    {
        List<TextMatch> matches = [];
        _matcher.Find(utf8, matches, new TextBudget(utf8.Length));
        List<int> ends = new(matches.Count + 1);
        foreach (TextMatch match in matches)
        {
            Add(ends, match.Start);
            Add(ends, match.End);
        }

        Add(ends, utf8.Length);
        return ends;
    }

    private static void Add(List<int> ends, int end)
    {
        if (end > (ends.Count == 0 ? 0 : ends[^1]))
        {
            ends.Add(end);
        }
    }

    private sealed class FoundEnds(List<int> ends)
    {
        public List<int> Ends { get; } = ends;

        public int Next { get; set; }
    }
}
