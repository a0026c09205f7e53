using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.BytePair;
using NGpt.Core.Tokenizers.SentencePieces;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// A SentencePiece model (BPE or unigram), with the ids of SentencePiece itself. The model's normalizer changes the text
/// first, so that not every text survives the round trip: most models put a space before a text, which decoding takes away
/// again, and some replace characters or merge spaces. What no piece stands for becomes bytes where the model has them.
/// Without them SentencePiece writes its unknown piece, which loses the text: that is done only where it is asked for.
/// </summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>Of how many items memory is kept for the next text.</summary>
    internal const int KeptLength = 1 << 20;

    private readonly PieceModel _model;
    private readonly TextNormalizer _normalizer;
    private readonly MergeSegmenter? _merges;
    private readonly UnigramSegmenter? _unigrams;
    private readonly byte[][] _tokens;
    private readonly bool[] _beginsWithSpaceMark;
    private readonly int[]? _tokenOfByte;
    private readonly ConcurrentBag<Scratch> _scratch = [];

    internal SentencePieceTokenizer(byte[] file, PieceModel model)
    {
        Model = file;
        _model = model;
        IReadOnlyList<Piece> pieces = model.Pieces;
        byte[][] texts = [.. pieces.Select(piece => piece.Text)];
        var reserved = new ByteStringTable(texts);
        for (int id = 0; id < texts.Length; id++)
        {
            if (!pieces[id].IsText)
            {
                reserved.TryAdd(id);
            }
        }

        // Of two pieces with one text, both are decoded as the one that is not text.
        PieceKind[] kinds = [.. pieces.Select(piece => reserved.Find(piece.Text) is >= 0 and int id ? pieces[id].Kind : piece.Kind)];
        _tokens = [.. pieces.Select((piece, id) => Bytes(piece, kinds[id]))];
        _beginsWithSpaceMark = [.. pieces.Select((piece, id) => kinds[id] is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused && piece.Text.AsSpan().StartsWith("\u2581"u8))];
        if (model.HasByteFallback)
        {
            _tokenOfByte = new int[256];
            for (int id = 0; id < kinds.Length; id++)
            {
                if (pieces[id].Kind == PieceKind.Byte)
                {
                    _tokenOfByte[_tokens[id][0]] = id;
                }
            }
        }

        EndOfText = EndPiece();
        PieceTrie? userDefined = pieces.Any(piece => piece.Kind == PieceKind.UserDefined)
            ? new PieceTrie(texts, Enumerable.Range(0, texts.Length).Where(id => pieces[id].Kind == PieceKind.UserDefined))
            : null;
        _normalizer = new TextNormalizer(model.Normalizer, userDefined);
        if (model.Type == PieceModelType.BytePairs)
        {
            _merges = new MergeSegmenter(model, userDefined, _normalizer.Space);
        }
        else
        {
            _unigrams = new UnigramSegmenter(model);
        }
    }

    /// <inheritdoc/>
    public string Name => "sentencepiece";

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Length;

    /// <inheritdoc/>
    public int? EndOfText { get; }

    /// <inheritdoc/>
    public string? EndOfTextContent => EndOfText is int id ? Encoding.UTF8.GetString(_model.Pieces[id].Text) : null;

    /// <inheritdoc/>
    public bool AddsLeadingSpace => _model.Normalizer is { AddsDummyPrefix: true, PutsSpaceAtEnd: false, EscapesSpaces: true };

    /// <summary>The model as its file has it.</summary>
    public ReadOnlyMemory<byte> Model { get; }

    /// <summary>The token that SentencePiece writes for what has neither a piece nor bytes.</summary>
    public int Unknown => _model.Unknown;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens, isContinuation: false, allowsUnknown: false);

    /// <inheritdoc/>
    public void EncodeContinuation(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens, isContinuation: true, allowsUnknown: false);

    /// <summary>Appends the token ids of a text exactly as SentencePiece has them, also where the unknown piece is among them.</summary>
    /// <param name="utf8">The text; bytes that are not UTF-8 are encoded as U+FFFD.</param>
    /// <param name="tokens">Receives the ids.</param>
    public void EncodeWithUnknown(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens, isContinuation: false, allowsUnknown: true);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        return _tokens[token];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<int> tokens, IBufferWriter<byte> utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        // The space that was put before the text goes again; where spaces were removed, every piece up to the first text loses one.
        bool isAtBeginning = _model.Normalizer is { AddsDummyPrefix: true } or { RemovesExtraSpaces: true };
        foreach (int token in tokens)
        {
            ReadOnlySpan<byte> bytes = TokenBytes(token);
            if (isAtBeginning)
            {
                bool hasSpace = _beginsWithSpaceMark[token];
                bytes = hasSpace ? bytes[1..] : bytes;
                isAtBeginning = bytes.IsEmpty && !(hasSpace && !_model.Normalizer.RemovesExtraSpaces);
            }

            utf8.Write(bytes);
        }
    }

    /// <summary>Looks for a character that the vocabulary has no token for.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>The first one and its place, as a clause, or null.</returns>
    public string? FindUnknown(ReadOnlySpan<byte> utf8)
    {
        Scratch scratch = Take();
        string? unknown = FindUnknown(utf8, isContinuation: false, scratch);
        _scratch.Add(scratch);
        return unknown;
    }

    private void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens, bool isContinuation, bool allowsUnknown)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Scratch scratch = Take();
        scratch.Begin();
        _normalizer.Normalize(utf8, isContinuation, scratch.Text);
        Segment(scratch, usesCache: true);
        if (scratch.Output.FirstUnknown >= 0 && !allowsUnknown)
        {
            string unknown = FindUnknown(utf8, isContinuation, scratch)!;
            _scratch.Add(scratch);
            throw new UsageException(unknown, "leave it out, or use a tokenizer with byte fallback");
        }

        tokens.Write(scratch.Output.Tokens);
        _scratch.Add(scratch);
    }

    private Scratch Take() => _scratch.TryTake(out Scratch? kept) ? kept : new Scratch(_model.Unknown, _tokenOfByte);

    private void Segment(Scratch scratch, bool usesCache)
    {
        if (_merges is not null)
        {
            _merges.Segment(scratch.Text.Bytes, scratch.Output, scratch.Merging, usesCache);
        }
        else
        {
            _unigrams!.Segment(scratch.Text.Bytes, scratch.Output, scratch.Paths);
        }
    }

    // The cache of merges does not know where in a part the unknown piece is.
    private string? FindUnknown(ReadOnlySpan<byte> utf8, bool isContinuation, Scratch scratch)
    {
        var origins = new List<int>();
        scratch.Begin();
        _normalizer.Normalize(utf8, isContinuation, scratch.Text, origins);
        Segment(scratch, usesCache: false);
        if (scratch.Output.FirstUnknown is not (>= 0 and int place))
        {
            return null;
        }

        Rune.DecodeFromUtf8(scratch.Text.Bytes[place..], out Rune character, out _);
        ReadOnlySpan<byte> before = utf8[..origins[place]];
        string shown = Rune.IsControl(character) || Rune.IsWhiteSpace(character) ? "(not printable)" : $"'{character}'";
        return $"the vocabulary has no token for the character {shown} (U+{character.Value:X4}) at position {CharacterCount(before):N0} (line {before.Count((byte)'\n') + 1:N0})";
    }

    private static int CharacterCount(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        foreach (byte value in utf8)
        {
            count += (value & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    private int? EndPiece()
    {
        int? first = null;
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (_model.Pieces[id].Kind == PieceKind.Control)
            {
                string name = Encoding.UTF8.GetString(_model.Pieces[id].Text);
                if (name == _model.EndPiece)
                {
                    return id;
                }

                first ??= BytePairTokenizer.EndOfTextNames.Contains(name) ? id : null;
            }
        }

        return first;
    }

    private byte[] Bytes(Piece piece, PieceKind kind) => kind switch
    {
        PieceKind.Control => [],
        PieceKind.Unknown => Encoding.UTF8.GetBytes(_model.UnknownSurface),
        PieceKind.Byte => [byte.Parse(Encoding.ASCII.GetString(piece.Text, 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)],
        _ => WithSpaces(piece.Text),
    };

    private static byte[] WithSpaces(byte[] text)
    {
        ReadOnlySpan<byte> mark = "\u2581"u8;
        if (text.AsSpan().IndexOf(mark) < 0)
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (int place = 0; place < text.Length;)
        {
            bool isMark = text.AsSpan(place).StartsWith(mark);
            bytes.Add(isMark ? (byte)' ' : text[place]);
            place += isMark ? mark.Length : 1;
        }

        return [.. bytes];
    }

    /// <summary>What one call works with; kept for the next one.</summary>
    private sealed class Scratch(int unknown, int[]? tokenOfByte)
    {
        private MergeSegmenter.Scratch? _merging;
        private UnigramSegmenter.Paths? _paths;

        public ByteBuffer Text { get; } = new();

        public PieceOutput Output { get; } = new(unknown, tokenOfByte);

        public MergeSegmenter.Scratch Merging => _merging ??= new MergeSegmenter.Scratch(new PieceOutput(unknown, tokenOfByte));

        public UnigramSegmenter.Paths Paths => _paths ??= new UnigramSegmenter.Paths();

        public void Begin()
        {
            Text.Clear(KeptLength);
            Output.Clear(KeptLength);
            _merging?.Trim();
        }
    }
}
