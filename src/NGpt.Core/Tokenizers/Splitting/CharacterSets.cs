using System.Buffers;
using System.Globalization;
using System.Text;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>Sets of characters that the steps of Hugging Face's library tell apart.</summary>
internal static class CharacterSets
{
    private const string CircledLetters = "\u24B6-\u24E9";

    /// <summary>What <c>\w</c> stands for, as the inside of a class of a regular expression.</summary>
    public const string WordClass = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}" + CircledLetters;

    /// <summary>A combining mark.</summary>
    public static bool IsMark(Rune character) => Rune.GetUnicodeCategory(character)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>A number: digits, and numbers that are letters or signs.</summary>
    public static bool IsNumber(Rune character) => Rune.GetUnicodeCategory(character)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Punctuation, and in ASCII also signs such as <c>$</c> and <c>+</c>.</summary>
    public static bool IsPunctuation(Rune character) => Rune.IsPunctuation(character) || (character.IsAscii && Rune.IsSymbol(character));

    /// <summary>A part of a word: letters, marks, digits, connecting punctuation, joiners.</summary>
    public static bool IsWord(Rune character) => Rune.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        _ => character.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
    };

    /// <summary>The first character of a text; false where there is none or it is not UTF-8.</summary>
    public static bool TryFirst(ReadOnlySpan<byte> utf8, out Rune character) => Rune.DecodeFromUtf8(utf8, out character, out _) == OperationStatus.Done;

    /// <summary>The last character of a text; false where there is none or it is not UTF-8.</summary>
    public static bool TryLast(ReadOnlySpan<byte> utf8, out Rune character) => Rune.DecodeLastFromUtf8(utf8, out character, out _) == OperationStatus.Done;
}
