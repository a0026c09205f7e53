using System.Buffers;
using System.Text;

namespace NGpt.Core.Tokenizers;

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
