namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>
/// Byte strings by their beginnings, each with a number: a double array, in which a node's child for a byte lies at the
/// exclusive-or of the node's offset and that byte. Immutable.
/// </summary>
internal sealed class PieceTrie
{
    /// <summary>The node that every text begins at.</summary>
    public const int Root = 0;

    /// <summary>No node, no number.</summary>
    public const int None = -1;

    private const int BlockSize = 256;
    private const int MaxTries = 32;

    private Unit[] _units = [];
    private int _count;
    // Free units in a list, the last of them first: those of the newest block, where most is free.
    private int _free = None;

    /// <summary>Builds the trie.</summary>
    /// <param name="texts">The strings; not empty, all different.</param>
    /// <param name="numbers">Which of them it has.</param>
    public PieceTrie(IReadOnlyList<byte[]> texts, IEnumerable<int> numbers)
    {
        int[] sorted = [.. numbers];
        Array.Sort(sorted, (a, b) => texts[a].AsSpan().SequenceCompareTo(texts[b]));
        AddBlock();
        Take(Root, None);
        var open = new Stack<(int Node, int First, int End, int Depth)>();
        open.Push((Root, 0, sorted.Length, 0));
        Span<byte> labels = stackalloc byte[BlockSize];
        while (open.TryPop(out (int Node, int First, int End, int Depth) range))
        {
            (int node, int first, int end, int depth) = range;
            if (first < end && texts[sorted[first]].Length == depth)
            {
                _units[node].Number = sorted[first++];
            }

            int count = 0;
            for (int i = first; i < end; i++)
            {
                byte label = texts[sorted[i]][depth];
                if (count == 0 || labels[count - 1] != label)
                {
                    labels[count++] = label;
                }
            }

            if (count == 0)
            {
                continue;
            }

            int offset = FindOffset(labels[..count]);
            _units[node].Offset = offset;
            foreach (byte label in labels[..count])
            {
                Take(offset ^ label, node);
                int begin = first;
                while (first < end && texts[sorted[first]][depth] == label)
                {
                    first++;
                }

                open.Push((offset ^ label, begin, first, depth + 1));
            }
        }

        Array.Resize(ref _units, _count);
    }

    /// <summary>A node's child, or <see cref="None"/>.</summary>
    public int Child(int node, byte label)
    {
        Unit[] units = _units;
        int child = units[node].Offset ^ label;
        return (uint)child < (uint)units.Length && units[child].Parent == node ? child : None;
    }

    /// <summary>A node's child, or <see cref="None"/>, and the number of the string that ends there, or <see cref="None"/>.</summary>
    public int Child(int node, byte label, out int number)
    {
        Unit[] units = _units;
        int child = units[node].Offset ^ label;
        if ((uint)child < (uint)units.Length && units[child].Parent == node)
        {
            number = units[child].Number;
            return child;
        }

        number = None;
        return None;
    }

    /// <summary>The length of the longest string that a text begins with, or 0.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        int longest = 0;
        int node = Root;
        for (int i = 0; i < text.Length && (node = Child(node, text[i])) != None; i++)
        {
            longest = _units[node].Number == None ? longest : i + 1;
        }

        return longest;
    }

    private int FindOffset(ReadOnlySpan<byte> labels)
    {
        int free = _free;
        for (int tries = 0; tries < MaxTries && free != None; tries++, free = _units[free].NextFree)
        {
            int offset = free ^ labels[0];
            bool fits = true;
            foreach (byte label in labels)
            {
                fits &= _units[offset ^ label].IsFree;
            }

            if (fits)
            {
                return offset;
            }
        }

        AddBlock();
        return _count - BlockSize;
    }

    private void AddBlock()
    {
        if (_count + BlockSize > _units.Length)
        {
            Array.Resize(ref _units, Math.Max(4 * BlockSize, 2 * _units.Length));
        }

        for (int i = 0; i < BlockSize; i++)
        {
            int unit = _count++;
            _units[unit] = new Unit { Parent = Unit.Free, Number = None, NextFree = _free, PreviousFree = None };
            if (_free != None)
            {
                _units[_free].PreviousFree = unit;
            }

            _free = unit;
        }
    }

    private void Take(int index, int parent)
    {
        ref Unit unit = ref _units[index];
        if (unit.PreviousFree == None)
        {
            _free = unit.NextFree;
        }
        else
        {
            _units[unit.PreviousFree].NextFree = unit.NextFree;
        }

        if (unit.NextFree != None)
        {
            _units[unit.NextFree].PreviousFree = unit.PreviousFree;
        }

        // What is taken needs no places in the list: they become the offset and the number. An offset of -1 has no child.
        unit = new Unit { Parent = parent, Offset = None, Number = None };
    }

    private struct Unit
    {
        public const int Free = -2;

        public int Parent;
        public int Offset;
        public int Number;

        public readonly bool IsFree => Parent == Free;

        public int NextFree { readonly get => Offset; set => Offset = value; }

        public int PreviousFree { readonly get => Number; set => Number = value; }
    }
}
