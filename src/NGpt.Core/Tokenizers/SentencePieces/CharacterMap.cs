using System.Buffers.Binary;

namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>
/// The replacements of a model's normalizer: byte strings with what stands for them, in a double-array trie as the file has
/// it. A node's child for a byte lies at the exclusive-or of the node's offset and that byte. Nothing that the file says is
/// trusted: an index outside the array is no child.
/// </summary>
internal sealed class CharacterMap
{
    // Far above what occurs. Without limits, a trie that leads back to itself would cost time in the square of a text's
    // length, and one character could become a text of any length.
    private const int MaxKeyLength = 256;
    private const int MaxReplacementLength = 256;
    private const uint LeafMark = 1u << 31;

    private readonly uint[] _units;
    private readonly byte[] _replacements;
    private readonly bool[] _isPlain = new bool[128];

    private CharacterMap(uint[] units, byte[] replacements)
    {
        (_units, _replacements) = (units, replacements);
        for (int value = 0; value < _isPlain.Length; value++)
        {
            _isPlain[value] = IsPlain((byte)value);
        }
    }

    /// <summary>Reads a map: the size of the trie in bytes, the trie, then the replacements, each ended by a zero byte.</summary>
    /// <returns>The map, or null where the bytes are none.</returns>
    public static CharacterMap? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= sizeof(uint))
        {
            return null;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[sizeof(uint)..];
        if (size < sizeof(uint) || size % sizeof(uint) != 0 || size > bytes.Length)
        {
            return null;
        }

        var units = new uint[size / sizeof(uint)];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        }

        var map = new CharacterMap(units, bytes[(int)size..].ToArray());
        return map.LeavesAreValid() ? map : null;
    }

    /// <summary>Whether an ASCII character stays what it is wherever another ASCII character, or nothing, follows.</summary>
    public bool KeepsBeforeAscii(byte value) => _isPlain[value];

    /// <summary>The longest beginning of a text that is replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="replacement">What stands for it; possibly empty.</param>
    /// <returns>The number of bytes that are replaced, or 0.</returns>
    public int Find(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        (int longest, int place) = (0, 0);
        uint index = Offset(_units[0]);
        for (int i = 0; i < text.Length && i < MaxKeyLength; i++)
        {
            index ^= text[i];
            if (index >= _units.Length || Label(_units[index]) != text[i])
            {
                break;
            }

            uint unit = _units[index];
            index ^= Offset(unit);
            if (HasLeaf(unit))
            {
                (longest, place) = (i + 1, Value(_units[index]));
            }
        }

        replacement = default;
        if (longest > 0)
        {
            replacement = _replacements.AsSpan(place);
            replacement = replacement[..LengthToZero(replacement)];
        }

        return longest;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    // A leaf's label has its highest bit set, so that no byte is equal to it.
    private static uint Label(uint unit) => unit & (LeafMark | 0xFF);

    private static bool HasLeaf(uint unit) => (unit & (1u << 8)) != 0;

    private static int Value(uint unit) => (int)(unit & ~LeafMark);

    // Leaves carry any number, so that a unit is an inner one by its mark alone.
    private bool LeavesAreValid()
    {
        for (uint index = 0; index < _units.Length; index++)
        {
            uint unit = _units[index];
            if ((unit & LeafMark) == 0 && HasLeaf(unit))
            {
                uint leaf = index ^ Offset(unit);
                int place = leaf < _units.Length ? Value(_units[leaf]) : int.MaxValue;
                if (place > _replacements.Length || LengthToZero(_replacements.AsSpan(place)) > MaxReplacementLength)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static int LengthToZero(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, MaxReplacementLength + 1)];
        return bytes.IndexOf((byte)0) is >= 0 and int end ? end : bytes.Length;
    }

    private bool IsPlain(byte value)
    {
        uint index = Offset(_units[0]) ^ value;
        if (index >= _units.Length || Label(_units[index]) != value)
        {
            return true;
        }

        if (HasLeaf(_units[index]))
        {
            return false;
        }

        uint offset = index ^ Offset(_units[index]);
        for (uint next = 0; next < 128; next++)
        {
            if ((offset ^ next) < _units.Length && Label(_units[offset ^ next]) == next)
            {
                return false;
            }
        }

        return true;
    }
}
