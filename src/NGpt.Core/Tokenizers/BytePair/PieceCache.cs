using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>
/// The tokens of pieces that occurred lately, in 1 MiB: a piece has two places, and a new one takes the place of an old one.
/// It holds pieces of up to 31 bytes and 8 tokens, which nearly all pieces of a text are. For one thread at a time.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>The most bytes of a piece.</summary>
    public const int MaxPieceLength = 31;

    /// <summary>The most tokens of a piece, and how many are always written.</summary>
    public const int MaxTokens = 8;

    private const int SlotBits = 14;

    // 32 ones, then 32 zeros: read from 32 - n on, it is a mask of n bytes.
    private static readonly byte[] Masks = [.. Enumerable.Repeat((byte)0xFF, 32), .. new byte[32]];

    private readonly Slot[] _slots = new Slot[1 << SlotBits];

    /// <summary>A piece as a key: its bytes, zeros, and its length in the last byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Key(ReadOnlySpan<byte> utf8, int start, int length)
    {
        Vector256<byte> bytes = start + 32 <= utf8.Length
            ? Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(utf8), (nuint)start) & Vector256.LoadUnsafe(ref Masks[0], (nuint)(32 - length))
            : KeyAtEnd(utf8.Slice(start, length));
        return bytes.WithElement(MaxPieceLength, (byte)length);
    }

    /// <summary>Looks a piece up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(Vector256<byte> key, Span<int> tokens)
    {
        int place = Place(key);
        ref Slot slot = ref _slots[place];
        if (slot.Key != key)
        {
            slot = ref _slots[place ^ 1];
            if (slot.Key != key)
            {
                return 0;
            }
        }

        slot.Tokens.CopyTo(tokens);
        return BitOperations.TrailingZeroCount(slot.Tokens.ExtractMostSignificantBits() | (1u << MaxTokens));
    }

    /// <summary>Keeps a piece.</summary>
    public void Keep(Vector256<byte> key, ReadOnlySpan<int> tokens)
    {
        Span<int> padded = stackalloc int[MaxTokens];
        padded.Fill(-1);
        tokens.CopyTo(padded);
        int place = Place(key);
        // The newer of the two stays first; the older goes to the second place.
        _slots[place ^ 1] = _slots[place];
        _slots[place] = new Slot { Key = key, Tokens = Vector256.Create<int>(padded) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(Vector256<byte> key)
    {
        Vector256<ulong> parts = key.AsUInt64();
        ulong hash = (parts[0] * 0x9E37_79B9_7F4A_7C15) ^ BitOperations.RotateLeft(parts[1] * 0xC2B2_AE3D_27D4_EB4F, 29)
            ^ (parts[2] * 0x1656_67B1_9E37_79F9) ^ BitOperations.RotateLeft(parts[3] * 0xD6E8_FEB8_6659_FD93, 17);
        return (int)((hash ^ (hash >> 29)) * 0x9E37_79B9_7F4A_7C15 >> (64 - SlotBits));
    }

    private static Vector256<byte> KeyAtEnd(ReadOnlySpan<byte> piece)
    {
        Span<byte> padded = stackalloc byte[32];
        padded.Clear();
        piece.CopyTo(padded);
        return Vector256.Create<byte>(padded);
    }

    private struct Slot
    {
        public Vector256<byte> Key;
        public Vector256<int> Tokens;
    }
}
