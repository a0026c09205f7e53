namespace NGpt.Core.Tokenizers.Training;

/// <summary>Text that waits to be counted: parts of documents, one behind the other.</summary>
internal sealed class TextBatch
{
    /// <summary>The most bytes of a batch, and of a part.</summary>
    public const int Capacity = 1 << 20;

    private readonly byte[] _bytes = new byte[Capacity];
    private readonly List<int> _ends = [];

    /// <summary>The bytes so far.</summary>
    public int Length => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>Appends a part.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        int start = Length;
        part.CopyTo(_bytes.AsSpan(start));
        _ends.Add(start + part.Length);
    }

    /// <summary>Makes the batch empty.</summary>
    public void Clear() => _ends.Clear();

    /// <summary>Counts the pieces of all parts.</summary>
    public void Count(SplitPattern pattern, PieceCounts counts)
    {
        Span<int> ends = stackalloc int[256];
        int partStart = 0;
        foreach (int partEnd in _ends)
        {
            ReadOnlySpan<byte> part = _bytes.AsSpan(partStart, partEnd - partStart);
            object? state = null;
            for (int start = 0; start < part.Length;)
            {
                foreach (int end in ends[..pattern.FindEnds(part, start, ends, ref state)])
                {
                    Count(part[start..end], counts);
                    start = end;
                }
            }

            partStart = partEnd;
        }
    }

    // Words are short; what is longer is data, and one megabyte of it must not become one word.
    private static void Count(ReadOnlySpan<byte> piece, PieceCounts counts)
    {
        const int MaxWordLength = 1024;
        for (; piece.Length > MaxWordLength; piece = piece[MaxWordLength..])
        {
            counts.Add(piece[..MaxWordLength], 1);
        }

        counts.Add(piece, 1);
    }
}
