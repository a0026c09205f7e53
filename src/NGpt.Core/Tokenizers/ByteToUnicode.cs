using System.Diagnostics.CodeAnalysis;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// GPT-2's printable stand-ins for bytes, which byte-level <c>tokenizer.json</c> files use as token names:
/// printable bytes of Latin-1 stand for themselves, the other 68 are numbered from U+0100 in order of value.
/// </summary>
internal static class ByteToUnicode
{
    private static readonly short[] Bytes = Invert();

    /// <summary>The stand-in of each byte value.</summary>
    public static IReadOnlyList<char> Characters { get; } = Build();

    /// <summary>The name of a byte string.</summary>
    public static string Name(ReadOnlySpan<byte> bytes) =>
        string.Create(bytes.Length, bytes, (name, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                name[i] = Characters[source[i]];
            }
        });

    /// <summary>The byte string of a name.</summary>
    public static bool TryGetBytes(string name, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            short value = name[i] < Bytes.Length ? Bytes[name[i]] : (short)-1;
            if (value < 0)
            {
                bytes = null;
                return false;
            }

            bytes[i] = (byte)value;
        }

        return true;
    }

    private static char[] Build()
    {
        var characters = new char[256];
        int next = 0x100;
        for (int value = 0; value < characters.Length; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : (char)next++;
        }

        return characters;
    }

    private static short[] Invert()
    {
        char[] characters = Build();
        var bytes = new short[characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < characters.Length; value++)
        {
            bytes[characters[value]] = (short)value;
        }

        return bytes;
    }
}
