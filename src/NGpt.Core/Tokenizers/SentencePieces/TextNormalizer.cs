using System.Buffers;
using System.Text;

namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>
/// Changes a text as a model's normalizer does: characters are replaced by the model's map, spaces are added, removed and
/// escaped, bytes that are not UTF-8 become U+FFFD. User-defined pieces stay as they are.
/// </summary>
internal sealed class TextNormalizer
{
    private readonly NormalizerSettings _settings;
    private readonly PieceTrie? _userDefined;
    // ASCII characters that stay what they are where another one, or nothing, follows.
    private readonly bool[] _isPlain = new bool[128];
    private readonly bool _isPlainSpace;

    /// <summary>Creates a normalizer.</summary>
    /// <param name="settings">What it does.</param>
    /// <param name="userDefined">User-defined symbols, which are not normalized; null for none.</param>
    public TextNormalizer(NormalizerSettings settings, PieceTrie? userDefined)
    {
        (_settings, _userDefined) = (settings, userDefined);
        Space = settings.EscapesSpaces ? "\u2581"u8.ToArray() : " "u8.ToArray();
        for (int value = 0; value < _isPlain.Length; value++)
        {
            _isPlain[value] = settings.Map?.KeepsBeforeAscii((byte)value) != false && userDefined?.Child(PieceTrie.Root, (byte)value) is null or PieceTrie.None;
        }

        (_isPlainSpace, _isPlain[' ']) = (_isPlain[' '], false);
    }

    /// <summary>A space as pieces write it.</summary>
    public byte[] Space { get; }

    /// <summary>Normalizes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isContinuation">Whether it continues another one: nothing is added before it.</param>
    /// <param name="normalized">Receives the text.</param>
    /// <param name="origins">Receives, for each of its bytes, the place in the text that it comes from; null to leave that out.</param>
    public void Normalize(ReadOnlySpan<byte> text, bool isContinuation, ByteBuffer normalized, List<int>? origins = null)
    {
        int place = 0;
        if (_settings.RemovesExtraSpaces && !isContinuation)
        {
            while (place < text.Length)
            {
                int length = Prefix(text[place..], out ReadOnlySpan<byte> prefix);
                if (prefix is not [(byte)' '])
                {
                    break;
                }

                place += length;
            }
        }

        if (place == text.Length)
        {
            return;
        }

        if (_settings is { AddsDummyPrefix: true, PutsSpaceAtEnd: false } && !isContinuation)
        {
            Append(Space, place, normalized, origins);
        }

        bool isBehindSpace = _settings.RemovesExtraSpaces && !isContinuation;
        while (place < text.Length)
        {
            if (PlainLength(text[place..]) is > 0 and int plain)
            {
                normalized.Append(text.Slice(place, plain));
                origins?.AddRange(Enumerable.Range(place, plain));
                place += plain;
                isBehindSpace = false;
                continue;
            }

            int length = 1;
            ReadOnlySpan<byte> prefix = text.Slice(place, 1);
            if (!_isPlainSpace || prefix[0] != (byte)' ' || (place + 1 < text.Length && text[place + 1] >= 128 && _settings.Map is not null))
            {
                length = Prefix(text[place..], out prefix);
            }

            while (isBehindSpace && prefix is [(byte)' ', ..])
            {
                prefix = prefix[1..];
            }

            if (!prefix.IsEmpty)
            {
                AppendEscaped(prefix, place, normalized, origins);
                isBehindSpace = _settings.RemovesExtraSpaces && prefix[^1] == (byte)' ';
            }

            place += length;
        }

        while (_settings.RemovesExtraSpaces && normalized.Bytes.EndsWith(Space))
        {
            normalized.Shorten(Space.Length);
            origins?.RemoveRange(origins.Count - Space.Length, Space.Length);
        }

        if (_settings is { AddsDummyPrefix: true, PutsSpaceAtEnd: true })
        {
            Append(Space, place, normalized, origins);
        }
    }

    private int PlainLength(ReadOnlySpan<byte> text)
    {
        bool[] isPlain = _isPlain;
        int length = 0;
        while (length < text.Length && text[length] < 128 && isPlain[text[length]])
        {
            length++;
        }

        // What follows may change the last one, where it is no ASCII character.
        return length > 0 && length < text.Length && text[length] >= 128 && _settings.Map is not null ? length - 1 : length;
    }

    /// <summary>How the beginning of a text is written, and its length in the text.</summary>
    private int Prefix(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> prefix)
    {
        int length = _userDefined?.LongestPrefix(text) ?? 0;
        if (length > 0)
        {
            prefix = text[..length];
            return length;
        }

        length = _settings.Map is { } map ? map.Find(text, out prefix) : Nothing(out prefix);
        if (length > 0)
        {
            return length;
        }

        if (Rune.DecodeFromUtf8(text, out _, out length) == OperationStatus.Done)
        {
            prefix = text[..length];
            return length;
        }

        prefix = "\uFFFD"u8;
        return 1;
    }

    private static int Nothing(out ReadOnlySpan<byte> prefix)
    {
        prefix = default;
        return 0;
    }

    private void AppendEscaped(ReadOnlySpan<byte> bytes, int place, ByteBuffer normalized, List<int>? origins)
    {
        while (_settings.EscapesSpaces && bytes.IndexOf((byte)' ') is >= 0 and int space)
        {
            Append(bytes[..space], place, normalized, origins);
            Append(Space, place, normalized, origins);
            bytes = bytes[(space + 1)..];
        }

        Append(bytes, place, normalized, origins);
    }

    private static void Append(ReadOnlySpan<byte> bytes, int place, ByteBuffer normalized, List<int>? origins)
    {
        normalized.Append(bytes);
        for (int i = 0; i < bytes.Length && origins is not null; i++)
        {
            origins.Add(place);
        }
    }
}
