using System.Runtime.InteropServices;

namespace NGpt.Core.Tokenizers.Training;

/// <summary>Every pair of neighbours with its occurrences and where it is, or was: pieces, or the complements of places in long ones. For one thread.</summary>
internal sealed class PairTable
{
    private const int Nowhere = -1;

    // .NET's hash of a number is its upper half xor its lower half: the same for all pairs with one xor of their ids. An odd
    // multiple is another number for each pair, with both halves mixed.
    private const ulong Mixing = 0x9E37_79B9_7F4A_7C15;

    private readonly Dictionary<ulong, int> _index = [];
    private readonly List<Entry> _entries = [];
    private readonly List<int> _taken = [];
    private Node[] _nodes = new Node[1 << 12];
    private int _nodeCount;
    private int _freeNode = Nowhere;

    /// <summary>How often a pair occurs.</summary>
    public long Occurrences(int index) => _entries[index].Occurrences;

    /// <summary>The pair of a number: the left id above, the right one below.</summary>
    public ulong Pair(int index) => _entries[index].Pair;

    /// <summary>Changes the occurrences of a pair.</summary>
    public int Add(ulong pair, int piece, long occurrences, out bool isNew)
    {
        ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_index, unchecked(pair * Mixing), out bool exists);
        isNew = !exists;
        if (isNew)
        {
            index = _entries.Count;
            _entries.Add(new Entry { Pair = pair, First = Nowhere });
        }

        ref Entry entry = ref CollectionsMarshal.AsSpan(_entries)[index];
        entry.Occurrences += occurrences;
        if (occurrences > 0 && (entry.First == Nowhere || _nodes[entry.First].Piece != piece))
        {
            entry.First = NewNode(piece, entry.First);
        }

        return index;
    }

    /// <summary>Takes the pieces and places of a pair away from it.</summary>
    public ReadOnlySpan<int> Take(int index)
    {
        _taken.Clear();
        ref Entry entry = ref CollectionsMarshal.AsSpan(_entries)[index];
        for (int node = entry.First; node != Nowhere;)
        {
            _taken.Add(_nodes[node].Piece);
            int next = _nodes[node].Next;
            _nodes[node].Next = _freeNode;
            _freeNode = node;
            node = next;
        }

        entry.First = Nowhere;
        return CollectionsMarshal.AsSpan(_taken);
    }

    private int NewNode(int piece, int next)
    {
        int node = _freeNode;
        if (node != Nowhere)
        {
            _freeNode = _nodes[node].Next;
        }
        else
        {
            if (_nodeCount == _nodes.Length)
            {
                Array.Resize(ref _nodes, (int)Math.Min(Array.MaxLength, 2L * _nodeCount));
            }

            node = _nodeCount++;
        }

        _nodes[node] = new Node { Piece = piece, Next = next };
        return node;
    }

    private struct Entry
    {
        public ulong Pair;
        public long Occurrences;
        public int First;
    }

    private struct Node
    {
        public int Piece;
        public int Next;
    }
}
