namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>No splitting.</summary>
internal sealed class WholeText() : SplitPattern("none", string.Empty)
{
    internal override int FindEnds(ReadOnlySpan<byte> utf8, int start, Span<int> ends, ref object? state)
    {
        ends[0] = utf8.Length;
        return 1;
    }
}
