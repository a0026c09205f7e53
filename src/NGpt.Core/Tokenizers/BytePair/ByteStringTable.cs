using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Byte strings, each with its number; both ways. Immutable once it is filled.</summary>
internal sealed class ByteStringTable
{
    private readonly byte[][] _strings;
    private readonly int[] _slots;

    /// <summary>Creates the table without looking anything up yet.</summary>
    public ByteStringTable(byte[][] strings)
    {
        _strings = strings;
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, strings.Length) * 2)];
        _slots.AsSpan().Fill(-1);
    }

    /// <summary>Makes a string findable.</summary>
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

/// <summary>A hash with a seed that differs from process to process, so that no file can be made to fill one bucket.</summary>
internal static class SeededHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private static readonly ulong Seed = Random();
    private static readonly ulong SecondSeed = Random() | 1;

    /// <summary>The hash of a number.</summary>
    public static ulong Of(ulong value) => Fold(value ^ Seed, SecondSeed);

    /// <summary>The hash of a byte string.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Multiplier);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), SecondSeed);
        }

        ulong rest = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        return Fold(hash ^ rest, SecondSeed);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low ^ (left * Multiplier);
    }

    private static ulong Random()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
