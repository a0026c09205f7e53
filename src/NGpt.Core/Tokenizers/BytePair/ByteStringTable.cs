using System.Numerics;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Byte strings, each with its number; both ways. Immutable once it is filled.</summary>
internal sealed class ByteStringTable
{
    private readonly byte[][] _strings;
    private readonly int[] _slots;

    /// <summary>Creates the table without looking anything up yet.</summary>
    /// <param name="strings">The string of every number; those that are not added are never found.</param>
    public ByteStringTable(byte[][] strings)
    {
        _strings = strings;
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, strings.Length) * 2)];
        _slots.AsSpan().Fill(-1);
    }

    /// <summary>Makes a string findable.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>False where the same string was added before.</returns>
    public bool TryAdd(int number)
    {
        int slot = Slot(_strings[number]);
        if (_slots[slot] >= 0)
        {
            return false;
        }

        _slots[slot] = number;
        return true;
    }

    /// <summary>The number of a string, or -1.</summary>
    /// <param name="bytes">The string.</param>
    public int Find(ReadOnlySpan<byte> bytes) => _slots[Slot(bytes)];

    private int Slot(ReadOnlySpan<byte> bytes)
    {
        int mask = _slots.Length - 1;
        int slot = (int)SeededHash.Of(bytes) & mask;
        while (_slots[slot] >= 0 && !bytes.SequenceEqual(_strings[_slots[slot]]))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
