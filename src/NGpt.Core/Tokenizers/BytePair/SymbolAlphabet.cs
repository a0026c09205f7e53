using System.Buffers;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>The tokens that merging begins with. Immutable and safe to share between threads.</summary>
internal abstract class SymbolAlphabet
{
    /// <summary>Writes the first tokens of a piece, at most one a byte, and returns how many.</summary>
    /// <exception cref="UsageException">No token stands for something in the piece.</exception>
    public abstract int Begin(ReadOnlySpan<byte> piece, Span<int> tokens);

    /// <summary>The failure of a piece that no token stands for.</summary>
    protected static UsageException NoToken(ReadOnlySpan<byte> text) => new(
        $"the vocabulary has no token for \"{Encoding.UTF8.GetString(text)}\"", "leave it out, or use a tokenizer with byte fallback");
}

/// <summary>A token for each byte.</summary>
/// <param name="tokenOfByte">The token of each byte; -1 where it has none.</param>
internal sealed class ByteAlphabet(int[] tokenOfByte) : SymbolAlphabet
{
    public override int Begin(ReadOnlySpan<byte> piece, Span<int> tokens)
    {
        int least = 0;
        for (int i = 0; i < piece.Length; i++)
        {
            int token = tokenOfByte[piece[i]];
            tokens[i] = token;
            least |= token;
        }

        return least >= 0 ? piece.Length : throw NoToken(piece);
    }
}

/// <summary>A token for each character; what has none becomes bytes, or the unknown token.</summary>
/// <param name="findable">All tokens by their names.</param>
internal sealed class CharacterAlphabet(ByteStringTable findable) : SymbolAlphabet
{
    private const int MaxAffixLength = 64;

    private readonly byte[] _prefix = [];
    private readonly byte[] _suffix = [];

    /// <summary>What the name of a character has before it that does not begin a piece.</summary>
    public required string ContinuingPrefix
    {
        init => _prefix = Affix(value);
    }

    /// <summary>What the name of a character has behind it that ends a piece.</summary>
    public required string EndSuffix
    {
        init => _suffix = Affix(value);
    }

    /// <summary>The token of each byte, -1 where a byte has none; null where bytes are not fallen back to.</summary>
    public required int[]? TokenOfByte { get; init; }

    /// <summary>The unknown token; null where there is none.</summary>
    public required int? Unknown { get; init; }

    /// <summary>Whether unknown characters side by side are one unknown token.</summary>
    public required bool FusesUnknown { get; init; }

    public override int Begin(ReadOnlySpan<byte> piece, Span<int> tokens)
    {
        Span<byte> name = stackalloc byte[4 + (2 * MaxAffixLength)];
        int count = 0;
        // An unknown token waits for the next known one, as in Hugging Face's library: bytes go before it.
        bool isWaiting = false;
        for (int place = 0; place < piece.Length;)
        {
            bool isText = Rune.DecodeFromUtf8(piece[place..], out _, out int length) == OperationStatus.Done;
            ReadOnlySpan<byte> character = piece.Slice(place, length);
            place += length;
            int token = isText ? findable.Find(Name(character, isFirst: place == length, isLast: place == piece.Length, name)) : -1;
            if (token < 0 && TokenOfByte is not null && HasBytes(character))
            {
                foreach (byte value in character)
                {
                    tokens[count++] = TokenOfByte[value];
                }

                continue;
            }

            if (isWaiting && (token >= 0 || !FusesUnknown))
            {
                tokens[count++] = Unknown!.Value;
                isWaiting = false;
            }

            if (token >= 0)
            {
                tokens[count++] = token;
            }
            else
            {
                isWaiting = Unknown is not null ? true : throw NoToken(character);
            }
        }

        if (isWaiting)
        {
            tokens[count++] = Unknown!.Value;
        }

        return count;
    }

    private static byte[] Affix(string value) => Encoding.UTF8.GetBytes(value) is { Length: <= MaxAffixLength } affix
        ? affix
        : throw new ArgumentException($"the affix of a character has more than {MaxAffixLength} bytes");

    private ReadOnlySpan<byte> Name(ReadOnlySpan<byte> character, bool isFirst, bool isLast, Span<byte> name)
    {
        if (_prefix.Length + _suffix.Length == 0)
        {
            return character;
        }

        int length = 0;
        if (!isFirst)
        {
            _prefix.CopyTo(name);
            length = _prefix.Length;
        }

        character.CopyTo(name[length..]);
        length += character.Length;
        if (isLast)
        {
            _suffix.CopyTo(name[length..]);
            length += _suffix.Length;
        }

        return name[..length];
    }

    private bool HasBytes(ReadOnlySpan<byte> character)
    {
        foreach (byte value in character)
        {
            if (TokenOfByte![value] < 0)
            {
                return false;
            }
        }

        return true;
    }
}
