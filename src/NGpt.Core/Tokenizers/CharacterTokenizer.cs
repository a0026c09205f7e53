using System.Buffers;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// One token a character (Unicode scalar value): the characters of the vocabulary are sorted by code point and numbered from 0;
/// the end-of-text token, where there is one, comes last.
/// </summary>
public sealed class CharacterTokenizer : ITokenizer
{
    /// <summary>The most characters that a vocabulary can hold: ids fit 16 bits with room for none to be special.</summary>
    public const int MaxVocabularySize = 65_535;

    private const int Absent = -1;

    private readonly int[] _codePoints;
    private readonly int[] _idOfCodePoint;
    private readonly bool _hasEndOfText;
    private readonly byte[] _utf8;
    private readonly int[] _utf8Start;

    /// <summary>Creates the tokenizer of a set of characters.</summary>
    /// <param name="characters">The characters, in any order; a repeated one counts once.</param>
    /// <param name="hasEndOfText">Whether there is a token that keeps documents apart.</param>
    /// <exception cref="UsageException">There are none, or more than <see cref="MaxVocabularySize"/>.</exception>
    public CharacterTokenizer(IEnumerable<Rune> characters, bool hasEndOfText = false)
    {
        ArgumentNullException.ThrowIfNull(characters);
        _codePoints = [.. new SortedSet<int>(characters.Select(character => character.Value))];
        if (_codePoints.Length is 0 or > MaxVocabularySize)
        {
            throw new UsageException(
                $"a vocabulary of characters needs 1 to {MaxVocabularySize:N0} different characters, the text has {_codePoints.Length:N0}",
                "train on bytes instead: --tokenizer bytes");
        }

        _hasEndOfText = hasEndOfText;
        _idOfCodePoint = new int[_codePoints[^1] + 1];
        Array.Fill(_idOfCodePoint, Absent);
        _utf8Start = new int[_codePoints.Length + 1];
        _utf8 = new byte[_codePoints.Sum(codePoint => new Rune(codePoint).Utf8SequenceLength)];
        for (int id = 0; id < _codePoints.Length; id++)
        {
            _idOfCodePoint[_codePoints[id]] = id;
            _utf8Start[id + 1] = _utf8Start[id] + new Rune(_codePoints[id]).EncodeToUtf8(_utf8.AsSpan(_utf8Start[id]));
        }
    }

    /// <inheritdoc/>
    public string Name => "characters";

    /// <inheritdoc/>
    public int VocabularySize => _codePoints.Length + (_hasEndOfText ? 1 : 0);

    /// <inheritdoc/>
    public int? EndOfText => _hasEndOfText ? _codePoints.Length : null;

    /// <summary>The character of a token.</summary>
    /// <param name="token">A token id; not the end-of-text token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not that of a character.</exception>
    public Rune Character(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _codePoints.Length);
        return new Rune(_codePoints[token]);
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A character is not in the vocabulary, or the bytes are not UTF-8.</exception>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (utf8.IsEmpty)
        {
            return;
        }

        Span<int> destination = tokens.GetSpan(utf8.Length);
        int count = 0;
        for (int offset = 0; offset < utf8.Length;)
        {
            OperationStatus status = Rune.DecodeFromUtf8(utf8[offset..], out Rune character, out int length);
            if (status != OperationStatus.Done)
            {
                throw new UsageException($"the text is not UTF-8: byte 0x{utf8[offset]:X2} at position {offset:N0}");
            }

            int id = character.Value < _idOfCodePoint.Length ? _idOfCodePoint[character.Value] : Absent;
            if (id == Absent)
            {
                // Every character so far gave exactly one token, so the count is the position.
                throw new UsageException(
                    $"the character {Shown(character)} (U+{character.Value:X4}) at position {count:N0} is not among the {_codePoints.Length:N0} characters of the vocabulary",
                    "leave it out, or train on text that has it, or with --tokenizer bytes");
            }

            destination[count++] = id;
            offset += length;
        }

        tokens.Advance(count);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        return token < _codePoints.Length ? _utf8.AsSpan(_utf8Start[token].._utf8Start[token + 1]) : [];
    }

    private static string Shown(Rune character) =>
        Rune.IsControl(character) || Rune.IsWhiteSpace(character) ? "(not printable)" : $"'{character}'";
}

/// <summary>Collects the characters of a text of any length, piece by piece, in constant memory (one bit a code point).</summary>
public sealed class CharacterVocabularyBuilder
{
    private const int CodePoints = 0x11_0000;
    private readonly ulong[] _seen = new ulong[CodePoints / 64];

    /// <summary>Notes the characters of one piece.</summary>
    /// <param name="utf8">Valid UTF-8 that begins and ends between characters.</param>
    /// <exception cref="ArgumentException">The piece is not valid UTF-8.</exception>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune character, out int length) != OperationStatus.Done)
            {
                throw new ArgumentException("The piece is not valid UTF-8.", nameof(utf8));
            }

            _seen[character.Value >> 6] |= 1UL << (character.Value & 63);
            utf8 = utf8[length..];
        }
    }

    /// <summary>The tokenizer of the characters seen so far.</summary>
    /// <param name="hasEndOfText">Whether there is a token that keeps documents apart.</param>
    /// <exception cref="Errors.UsageException">There are none, or too many.</exception>
    public CharacterTokenizer Build(bool hasEndOfText = false) =>
        new(Enumerable.Range(0, CodePoints).Where(value => (_seen[value >> 6] >> (value & 63) & 1) != 0).Select(value => new Rune(value)), hasEndOfText);
}
