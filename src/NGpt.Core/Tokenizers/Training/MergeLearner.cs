using System.Runtime.InteropServices;

namespace NGpt.Core.Tokenizers.Training;

/// <summary>
/// Learns merges from counted pieces. The counts of pairs are kept up to date with every merge, by visiting only the pieces
/// that have the pair, and in long pieces only the places: a merge then takes time for each occurrence, however long the piece
/// is. Which pair is the most frequent comes from a queue whose entries are corrected when they reach its top.
/// </summary>
internal sealed class MergeLearner
{
    // A pair that occurs once says nothing about other text.
    private const long MinOccurrences = 2;

    // A piece up to here is read as a whole, and its symbols move together; in a longer one they stay where they begin, and
    // whatever a symbol covers behind its first byte is negative: the complement of where it begins.
    private const int MaxShortLength = 64;

    private readonly PieceCounts _pieces;
    private readonly int[] _symbols;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly PairTable _pairs = new();
    private readonly PriorityQueue<int, (long Occurrences, ulong Pair)> _queue = new(new MostFrequentFirst());
    private readonly List<int> _grown = [];
    private readonly List<int> _places = [];
    private readonly List<int> _lengthOfSymbol = [.. Enumerable.Repeat(1, 256)];

    /// <summary>Counts the pairs of bytes.</summary>
    public MergeLearner(PieceCounts pieces, CancellationToken cancellationToken)
    {
        _pieces = pieces;
        _starts = new int[pieces.Count];
        _lengths = new int[pieces.Count];
        long total = 0;
        for (int piece = 0; piece < pieces.Count; piece++)
        {
            total += pieces.Piece(piece).Length;
        }

        // The pieces lie in one array of bytes, so their number fits.
        _symbols = new int[total];
        int next = 0;
        for (int piece = 0; piece < pieces.Count; piece++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> bytes = pieces.Piece(piece);
            _starts[piece] = next;
            _lengths[piece] = bytes.Length;
            bool isLong = bytes.Length > MaxShortLength;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (i > 0)
                {
                    Add(bytes[i - 1], bytes[i], isLong ? ~(next - 1) : piece, pieces.Occurrences(piece));
                }

                _symbols[next++] = bytes[i];
            }
        }

        QueueGrown();
    }

    /// <summary>The tokens of the text after the merges so far.</summary>
    public long TextTokens => _lengths.Index().Sum(piece => piece.Item * _pieces.Occurrences(piece.Index));

    /// <summary>
    /// Merges the most frequent pair; of equally frequent ones that with the lowest first id, then the lowest second id.
    /// </summary>
    public bool TryMerge(int result, out BytePairMerge merge)
    {
        while (_queue.TryDequeue(out int index, out (long Occurrences, ulong Pair) queued))
        {
            long occurrences = _pairs.Occurrences(index);
            if (occurrences < MinOccurrences)
            {
                continue;
            }

            if (occurrences != queued.Occurrences)
            {
                _queue.Enqueue(index, (occurrences, queued.Pair));
                continue;
            }

            merge = new BytePairMerge((int)(queued.Pair >> 32), (int)(uint)queued.Pair, result);
            SetLength(result, _lengthOfSymbol[merge.Left] + _lengthOfSymbol[merge.Right]);
            _places.Clear();
            foreach (int found in _pairs.Take(index))
            {
                if (found >= 0)
                {
                    MergeIn(found, merge);
                }
                else
                {
                    _places.Add(~found);
                }
            }

            MergeAt(_places, merge);
            QueueGrown();
            return true;
        }

        merge = default;
        return false;
    }

    private void MergeIn(int piece, BytePairMerge merge)
    {
        Span<int> symbols = _symbols.AsSpan(_starts[piece], _lengths[piece]);
        long count = _pieces.Occurrences(piece);
        int written = 0;
        for (int read = 0; read < symbols.Length; written++)
        {
            if (symbols[read] != merge.Left || read + 1 == symbols.Length || symbols[read + 1] != merge.Right)
            {
                symbols[written] = symbols[read++];
                continue;
            }

            if (written > 0)
            {
                Add(symbols[written - 1], merge.Left, piece, -count);
                Add(symbols[written - 1], merge.Result, piece, count);
            }

            read += 2;
            if (read < symbols.Length)
            {
                Add(merge.Right, symbols[read], piece, -count);
                Add(merge.Result, symbols[read], piece, count);
            }

            symbols[written] = merge.Result;
        }

        _lengths[piece] = written;
    }

    // From left to right, so that of overlapping occurrences the first is merged.
    private void MergeAt(List<int> places, BytePairMerge merge)
    {
        CollectionsMarshal.AsSpan(places).Sort();
        int piece = -1;
        int end = 0;
        foreach (int place in places)
        {
            if (place >= end)
            {
                int found = Array.BinarySearch(_starts, place);
                piece = found >= 0 ? found : ~found - 1;
                end = _starts[piece] + _pieces.Piece(piece).Length;
            }

            MergeAt(place, piece, end, merge);
        }
    }

    private void MergeAt(int place, int piece, int end, BytePairMerge merge)
    {
        int second = place + _lengthOfSymbol[merge.Left];
        // What was noted may be out of date.
        if (_symbols[place] != merge.Left || second >= end || _symbols[second] != merge.Right)
        {
            return;
        }

        long count = _pieces.Occurrences(piece);
        if (place > _starts[piece])
        {
            int before = _symbols[place - 1] >= 0 ? place - 1 : ~_symbols[place - 1];
            Add(_symbols[before], merge.Left, ~before, -count);
            Add(_symbols[before], merge.Result, ~before, count);
        }

        int behind = second + _lengthOfSymbol[merge.Right];
        if (behind < end)
        {
            Add(merge.Right, _symbols[behind], ~second, -count);
            Add(merge.Result, _symbols[behind], ~place, count);
        }

        _symbols[place] = merge.Result;
        _symbols[second] = ~place;
        _symbols[behind - 1] = ~place;
        _lengths[piece]--;
    }

    private void SetLength(int symbol, int length)
    {
        CollectionsMarshal.SetCount(_lengthOfSymbol, Math.Max(_lengthOfSymbol.Count, symbol + 1));
        _lengthOfSymbol[symbol] = length;
    }

    private void Add(int left, int right, int piece, long occurrences)
    {
        int index = _pairs.Add(((ulong)(uint)left << 32) | (uint)right, piece, occurrences, out bool isNew);
        if (isNew)
        {
            _grown.Add(index);
        }
    }

    // Only new pairs gain: a merge takes from all others. So a pair is queued once, with the most it ever has, and one that
    // was merged never comes back, though overlapping occurrences (as in "aaa") leave its count above 0.
    private void QueueGrown()
    {
        foreach (int index in CollectionsMarshal.AsSpan(_grown))
        {
            if (_pairs.Occurrences(index) >= MinOccurrences)
            {
                _queue.Enqueue(index, (_pairs.Occurrences(index), _pairs.Pair(index)));
            }
        }

        _grown.Clear();
    }

    private sealed class MostFrequentFirst : IComparer<(long Occurrences, ulong Pair)>
    {
        public int Compare((long Occurrences, ulong Pair) x, (long Occurrences, ulong Pair) y) =>
            x.Occurrences != y.Occurrences ? y.Occurrences.CompareTo(x.Occurrences) : x.Pair.CompareTo(y.Pair);
    }
}
