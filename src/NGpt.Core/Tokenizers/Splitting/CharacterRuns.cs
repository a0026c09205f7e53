using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>Classes of characters, and runs of one class, over UTF-8.</summary>
internal static class CharacterRuns
{
    private static readonly CharacterClass[] Ascii = BuildAscii();

    /// <summary>The class of the character at a place before the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharacterClass ClassAt(ReadOnlySpan<byte> utf8, int start, out int length)
    {
        byte first = utf8[start];
        if (first < 0x80)
        {
            length = 1;
            return Ascii[first];
        }

        return Decode(utf8, start, out length);
    }

    /// <summary>The end of the run of one class that begins at a place; the place itself where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfRun(ReadOnlySpan<byte> utf8, int start, CharacterClass wanted)
    {
        int end = start;
        while (end < utf8.Length && ClassAt(utf8, end, out int length) == wanted)
        {
            end += length;
        }

        return end;
    }

    /// <summary>
    /// The end of a piece of white space by <c>\s+(?!\S)|\s+</c>: the whole run at the end of the text, else the run without
    /// its last character, which goes to what follows; a single character stands for itself.
    /// </summary>
    public static int EndOfSpace(ReadOnlySpan<byte> utf8, int start, out int endOfLines)
    {
        int end = start;
        int last = start;
        endOfLines = 0;
        while (end < utf8.Length && ClassAt(utf8, end, out int length) == CharacterClass.Space)
        {
            last = end;
            end += length;
            if (utf8[last] is (byte)'\n' or (byte)'\r')
            {
                endOfLines = end;
            }
        }

        return end == utf8.Length || last == start ? end : last;
    }

    private static CharacterClass Decode(ReadOnlySpan<byte> utf8, int start, out int length)
    {
        Rune.DecodeFromUtf8(utf8[start..], out Rune character, out length);
        return Classify(character);
    }

    private static CharacterClass Classify(Rune character) => Rune.IsWhiteSpace(character) ? CharacterClass.Space
        : Rune.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
            _ => CharacterClass.Other,
        };

    private static CharacterClass[] BuildAscii() => [.. Enumerable.Range(0, 0x80).Select(value => Classify(new Rune(value)))];
}

/// <summary>What the published patterns tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Neither of the others: punctuation, marks, signs, controls, bytes that are not UTF-8.</summary>
    Other,

    /// <summary>A letter: <c>\p{L}</c>.</summary>
    Letter,

    /// <summary>A number: <c>\p{N}</c>.</summary>
    Number,

    /// <summary>White space: <c>\s</c>.</summary>
    Space,
}

/// <summary>No splitting.</summary>
internal sealed class UnsplitText() : SplitPattern("none", string.Empty)
{
    internal override int FindEnds(ReadOnlySpan<byte> utf8, int start, Span<int> ends, ref object? state)
    {
        ends[0] = utf8.Length;
        return 1;
    }
}
