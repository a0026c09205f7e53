using System.Buffers;
using System.Globalization;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.Files;
using Peer = Microsoft.ML.Tokenizers.SentencePieceTokenizer;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// A SentencePiece model (BPE or unigram). Every text survives the round trip, so that losses in bits per byte mean something
/// and tokens can be decoded one by one: text is neither normalized nor given a space at its beginning. Tokens are therefore
/// those of other programs except for a text's first word, and for characters that the model's normalizer would change.
/// What no piece stands for becomes bytes where the model has them, and is rejected where it has not.
/// </summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    // SentencePiece writes a space as U+2581, so that character itself can only be written in bytes.
    private const char SpaceMark = '\u2581';

    private readonly Peer _peer;
    private readonly byte[][] _tokens;
    private readonly int[] _tokenOfByte = new int[256];
    private readonly bool _cutsAtSpaces;

    internal SentencePieceTokenizer(byte[] model, IReadOnlyList<SentencePiece> pieces, Peer peer)
    {
        Model = model;
        _peer = peer;
        _tokens = [.. pieces.Select(Bytes)];
        Array.Fill(_tokenOfByte, -1);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Kind == SentencePieceKind.Byte && _tokens[id].Length == 1)
            {
                _tokenOfByte[_tokens[id][0]] = id;
            }
            else if (pieces[id].Kind == SentencePieceKind.Control && EndOfText is null && BytePairTokenizer.EndOfTextNames.Contains(pieces[id].Text))
            {
                EndOfText = id;
            }
        }

        // Where a space only ever begins a piece, a text can be cut before spaces without changing its tokens.
        _cutsAtSpaces = pieces.All(piece => piece.Text.AsSpan().TrimStart(SpaceMark).IndexOf(SpaceMark) < 0);
    }

    /// <inheritdoc/>
    public string Name => "sentencepiece";

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Length;

    /// <inheritdoc/>
    public int? EndOfText { get; }

    /// <summary>The model as its file has it.</summary>
    public ReadOnlyMemory<byte> Model { get; }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var segment = new StringBuilder();
        int start = 0;
        for (int place = 0; place < utf8.Length;)
        {
            bool isText = Rune.DecodeFromUtf8(utf8[place..], out Rune character, out int length) == OperationStatus.Done && character.Value != SpaceMark;
            bool isSpace = isText && character.Value == ' ';
            if (!isText || (isSpace && _cutsAtSpaces && place > start && utf8[place - 1] != (byte)' '))
            {
                EncodeSegment(utf8[start..place], segment, tokens);
                start = place;
            }

            place += length;
            if (isText)
            {
                segment.Append(isSpace ? SpaceMark.ToString() : character.ToString());
            }
            else
            {
                EncodeBytes(utf8[start..place], tokens);
                start = place;
            }
        }

        EncodeSegment(utf8[start..], segment, tokens);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        return _tokens[token];
    }

    private void EncodeSegment(ReadOnlySpan<byte> utf8, StringBuilder segment, IBufferWriter<int> tokens)
    {
        if (utf8.IsEmpty)
        {
            return;
        }

        IReadOnlyList<int> ids = _peer.EncodeToIds(segment.ToString(), addBeginningOfSentence: false, addEndOfSentence: false, considerPreTokenization: false, considerNormalization: false);
        segment.Clear();
        if (!IsTextOf(utf8, ids))
        {
            EncodeBytes(utf8, tokens);
            return;
        }

        Span<int> room = tokens.GetSpan(ids.Count);
        for (int i = 0; i < ids.Count; i++)
        {
            room[i] = ids[i];
        }

        tokens.Advance(ids.Count);
    }

    private bool IsTextOf(ReadOnlySpan<byte> utf8, IReadOnlyList<int> ids)
    {
        foreach (int id in ids)
        {
            if (id < 0 || id >= _tokens.Length || _tokens[id].Length == 0 || !utf8.StartsWith(_tokens[id]))
            {
                return false;
            }

            utf8 = utf8[_tokens[id].Length..];
        }

        return utf8.IsEmpty;
    }

    private void EncodeBytes(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens)
    {
        Span<int> room = tokens.GetSpan(utf8.Length);
        for (int i = 0; i < utf8.Length; i++)
        {
            room[i] = _tokenOfByte[utf8[i]];
            if (room[i] < 0)
            {
                throw new UsageException(
                    $"the vocabulary has no token for \"{Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 40)])}\"",
                    "leave it out, or use a tokenizer with byte fallback");
            }
        }

        tokens.Advance(utf8.Length);
    }

    private static byte[] Bytes(SentencePiece piece) => piece.Kind switch
    {
        SentencePieceKind.Control or SentencePieceKind.Unknown => [],
        SentencePieceKind.Byte when piece.Text is ['<', '0', 'x', _, _, '>'] && byte.TryParse(piece.Text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) => [value],
        _ => Encoding.UTF8.GetBytes(piece.Text.Replace(SpaceMark, ' ')),
    };
}
