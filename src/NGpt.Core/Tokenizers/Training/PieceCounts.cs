using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.BytePair;

namespace NGpt.Core.Tokenizers.Training;

/// <summary>How often each piece occurs: a hash table whose keys lie one behind the other. For one thread at a time.</summary>
internal sealed class PieceCounts
{
    private const int MaxBytes = 1_800_000_000;

    private byte[] _bytes = new byte[1 << 16];
    private Entry[] _entries = new Entry[1 << 10];
    private int[] _slots = new int[1 << 12];
    private int _used;

    /// <summary>Creates an empty table.</summary>
    public PieceCounts() => Clear();

    /// <summary>The number of different pieces.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of a piece.</summary>
    public ReadOnlySpan<byte> Piece(int index) => _bytes.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>How often a piece occurs.</summary>
    public long Occurrences(int index) => _entries[index].Occurrences;

    /// <summary>Counts a piece.</summary>
    public void Add(ReadOnlySpan<byte> piece, long occurrences)
    {
        uint hash = (uint)SeededHash.Of(piece);
        int slot = (int)hash & (_slots.Length - 1);
        for (int index; (index = _slots[slot]) >= 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            ref Entry entry = ref _entries[index];
            if (entry.Hash == hash && entry.Length == piece.Length && piece.SequenceEqual(_bytes.AsSpan(entry.Start, entry.Length)))
            {
                entry.Occurrences += occurrences;
                return;
            }
        }

        Append(piece, hash, occurrences);
        _slots[slot] = Count - 1;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Count = _used = 0;
        _slots.AsSpan().Fill(-1);
    }

    private void Append(ReadOnlySpan<byte> piece, uint hash, long occurrences)
    {
        if (_used > MaxBytes - piece.Length)
        {
            throw new NGptException($"the text has more than {Count:N0} different words, which is too much to learn from", "train the tokenizer on less text (--limit), or on text in words");
        }

        if (_used + piece.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(MaxBytes, Math.Max(2L * _bytes.Length, _used + piece.Length)));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * Count);
        }

        piece.CopyTo(_bytes.AsSpan(_used));
        _entries[Count++] = new Entry { Start = _used, Length = piece.Length, Hash = hash, Occurrences = occurrences };
        _used += piece.Length;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        _slots.AsSpan().Fill(-1);
        for (int index = 0; index < Count; index++)
        {
            int slot = (int)_entries[index].Hash & (_slots.Length - 1);
            while (_slots[slot] >= 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = index;
        }
    }

    private struct Entry
    {
        public int Start;
        public int Length;
        public uint Hash;
        public long Occurrences;
    }
}
