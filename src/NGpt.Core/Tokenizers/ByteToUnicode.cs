namespace NGpt.Core.Tokenizers;

/// <summary>
/// GPT-2's printable stand-ins for bytes, which byte-level <c>tokenizer.json</c> files use as token names:
/// printable bytes of Latin-1 stand for themselves, the other 68 are numbered from U+0100 in order of value.
/// </summary>
internal static class ByteToUnicode
{
    /// <summary>The stand-in of each byte value.</summary>
    public static IReadOnlyList<char> Characters { get; } = Build();

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
}
