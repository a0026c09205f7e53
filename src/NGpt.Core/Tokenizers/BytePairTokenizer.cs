using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using NGpt.Core.Tokenizers.BytePair;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.PreTokenizers;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// Byte-pair encoding (BPE), the steps in this order: added tokens are found; the text between them is normalized; it is cut
/// into pieces; in each piece the two neighbours of lowest merge rank become one token, the leftmost first, until no two can.
/// Without a normalizer, and with a token for each byte, every byte string survives the round trip. A text that is given in
/// several calls is cut where the calls end: give whole documents where the tokens at the seams matter.
/// </summary>
public sealed class BytePairTokenizer : ITokenizer
{
    /// <summary>The most tokens of a vocabulary.</summary>
    public const int MaxVocabularySize = 1_000_000;

    /// <summary>Contents of special tokens that keep documents apart; the first that a vocabulary has is its end-of-text token.</summary>
    public static readonly IReadOnlyList<string> EndOfTextNames = ["<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>", "</s>", "<eos>", "<|bos|>"];

    private readonly TokenizerParts _parts;
    private readonly byte[][] _tokens;
    private readonly AddedTokenFinders _plain;
    private readonly AddedTokenFinders _special;
    private readonly ConcurrentBag<Scratch> _scratch = [];

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="tokens">The bytes of every token by id; null for ids of added tokens. All 256 single bytes must be there.</param>
    /// <param name="merges">The merges, the lowest rank first.</param>
    /// <param name="pattern">How a text is cut into pieces.</param>
    /// <param name="addedTokens">Tokens outside of the merges; their ids may also lie behind those of <paramref name="tokens"/>.</param>
    /// <param name="ignoresMerges">Whether a piece that is a token as a whole is that token, whatever the merges say.</param>
    /// <exception cref="ArgumentException">The parts do not belong together; the message says how.</exception>
    public BytePairTokenizer(
        IReadOnlyList<byte[]?> tokens,
        IReadOnlyList<BytePairMerge> merges,
        SplitPattern pattern,
        IReadOnlyList<AddedToken>? addedTokens = null,
        bool ignoresMerges = false)
        : this(TokenizerParts.OfBytes(tokens, merges, pattern, addedTokens ?? [], ignoresMerges))
    {
    }

    internal BytePairTokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _tokens = parts.Tokens;
        _plain = new AddedTokenFinders([.. parts.AddedTokens.Where(token => !token.IsSpecial)], parts.Normalizer);
        _special = new AddedTokenFinders(parts.AddedTokens, parts.Normalizer);
        EndOfText = EndOfTextNames
            .Select(name => AddedTokens.FirstOrDefault(token => token.IsSpecial && token.Content == name)?.Id)
            .FirstOrDefault(id => id is not null);
    }

    /// <inheritdoc/>
    public string Name => "bpe";

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Length;

    /// <inheritdoc/>
    public int? EndOfText { get; }

    /// <inheritdoc/>
    public string? EndOfTextContent => AddedTokens.FirstOrDefault(token => token.Id == EndOfText)?.Content;

    /// <summary>How a text is cut into pieces; null where that takes several steps, or steps that change the text.</summary>
    public SplitPattern? Pattern => _parts.Pattern;

    /// <summary>The merges, the lowest rank first.</summary>
    public IReadOnlyList<BytePairMerge> Merges => _parts.Merges;

    /// <summary>Tokens outside of the merges, in order of their ids.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _parts.AddedTokens;

    /// <summary>Whether a piece that is a token as a whole is that token, whatever the merges say.</summary>
    public bool IgnoresMerges => _parts.IgnoresMerges;

    /// <summary>What the tokenizer was read from, where that says more than the properties; else empty.</summary>
    internal ReadOnlyMemory<byte> Source => _parts.Source;

    /// <summary>Whether every byte string comes back as it was: no step changes or leaves out text, and every byte has a token.</summary>
    public bool IsLossless => Source.IsEmpty && _parts.Normalizer is null;

    /// <summary>What changes the text between added tokens; null where nothing does.</summary>
    internal Normalizer? Normalizer => _parts.Normalizer;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens, recognizesSpecialTokens: false);

    /// <inheritdoc/>
    public void EncodeContinuation(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens, _plain, PiecePosition.Continuation);

    /// <summary>Appends the token ids of a text.</summary>
    /// <param name="utf8">The text; any bytes.</param>
    /// <param name="tokens">Receives the ids.</param>
    /// <param name="recognizesSpecialTokens">
    /// Whether the content of a special token in the text becomes that token. Only for text that the caller wrote himself: in
    /// text from outside, anybody could end the document.
    /// </param>
    /// <exception cref="Errors.UsageException">The text holds something the vocabulary has no token for.</exception>
    /// <exception cref="Errors.NGptException">A regular expression of the tokenizer takes too long on this text.</exception>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens, bool recognizesSpecialTokens) =>
        Encode(utf8, tokens, recognizesSpecialTokens ? _special : _plain, PiecePosition.Beginning);

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
        List<string> names = [];
        foreach (int token in tokens)
        {
            ReadOnlySpan<byte> bytes = TokenBytes(token);
            if (_parts.Decoder is null)
            {
                utf8.Write(bytes);
            }
            else if (_parts.Names[token] is string name)
            {
                names.Add(name);
            }
        }

        if (_parts.Decoder is not null)
        {
            utf8.Write(Encoding.UTF8.GetBytes(_parts.Decoder.Decode(names)));
        }
    }

    private void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens, AddedTokenFinders added, PiecePosition position)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Scratch scratch = _scratch.TryTake(out Scratch? kept) ? kept : new Scratch(_parts.Model.NewMerger());
        scratch.Budget = _parts.IsOnePattern ? null : new TextBudget(utf8.Length);
        var output = new TokenOutput(tokens);
        if (added.AsWritten is null)
        {
            EncodeUnchanged(utf8, position, added, ref output, scratch);
        }
        else
        {
            int search = 0;
            int covered = 0;
            while (added.AsWritten.TryFind(utf8, ref search, covered, out (int Id, TextMatch Place) found))
            {
                EncodeUnchanged(utf8[covered..found.Place.Start], covered == 0 ? position : PiecePosition.Inside, added, ref output, scratch);
                output.Add(found.Id);
                covered = found.Place.End;
            }

            EncodeUnchanged(utf8[covered..], covered == 0 ? position : PiecePosition.Inside, added, ref output, scratch);
        }

        output.Flush();
        _scratch.Add(scratch);
    }

    // Text between added tokens, as it was written.
    private void EncodeUnchanged(ReadOnlySpan<byte> utf8, PiecePosition position, AddedTokenFinders added, ref TokenOutput output, Scratch scratch)
    {
        ReadOnlySpan<byte> text = _parts.Normalizer?.Normalize(utf8, position, scratch.Budget!) is byte[] changed ? changed : utf8;
        if (added.Normalized is null)
        {
            EncodeText(text, position, ref output, scratch);
            return;
        }

        int search = 0;
        int covered = 0;
        while (added.Normalized.TryFind(text, ref search, covered, out (int Id, TextMatch Place) found))
        {
            EncodeText(text[covered..found.Place.Start], covered == 0 ? position : PiecePosition.Inside, ref output, scratch);
            output.Add(found.Id);
            covered = found.Place.End;
        }

        EncodeText(text[covered..], covered == 0 ? position : PiecePosition.Inside, ref output, scratch);
    }

    // Normalized text without added tokens.
    private void EncodeText(ReadOnlySpan<byte> utf8, PiecePosition position, ref TokenOutput output, Scratch scratch)
    {
        if (_parts.Pattern is not { } pattern)
        {
            var text = new PreTokenizedText(utf8, position, scratch.Budget!);
            _parts.PreTokenizer!.Apply(text);
            foreach (PieceRange piece in text.Pieces)
            {
                EncodePiece(text.Text, piece.Start, piece.End, ref output, scratch);
            }

            return;
        }

        Span<int> ends = stackalloc int[256];
        object? state = null;
        for (int start = 0; start < utf8.Length;)
        {
            int count = pattern.FindEnds(utf8, start, ends, ref state);
            foreach (int end in ends[..count])
            {
                EncodePiece(utf8, start, end, ref output, scratch);
                start = end;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EncodePiece(ReadOnlySpan<byte> utf8, int start, int end, ref TokenOutput output, Scratch scratch)
    {
        int length = end - start;
        if (length > PieceCache.MaxPieceLength)
        {
            EncodeLongPiece(utf8, start, end, ref output, scratch);
            return;
        }

        Span<int> room = output.Room(PieceCache.MaxPieceLength);
        Vector256<byte> key = PieceCache.Key(utf8, start, length);
        int found = scratch.Cache.Find(key, room);
        if (found == 0)
        {
            found = _parts.Model.Encode(utf8.Slice(start, length), room, scratch.Merger);
            if (found <= PieceCache.MaxTokens)
            {
                scratch.Cache.Keep(key, room[..found]);
            }
        }

        output.Advance(found);
    }

    private void EncodeLongPiece(ReadOnlySpan<byte> utf8, int start, int end, ref TokenOutput output, Scratch scratch)
    {
        while (start < end)
        {
            int length = _parts.Boundaries?.PartLength(utf8[start..end]) ?? end - start;
            if (length > PieceCache.MaxPieceLength)
            {
                output.Advance(_parts.Model.Encode(utf8.Slice(start, length), output.Room(length), scratch.Merger));
            }
            else
            {
                EncodePiece(utf8, start, start + length, ref output, scratch);
            }

            start += length;
        }
    }

    /// <summary>What one call works with; kept for the next one.</summary>
    private sealed class Scratch(PieceMerger merger)
    {
        public PieceMerger Merger { get; } = merger;

        public PieceCache Cache { get; } = new();

        public TextBudget? Budget { get; set; }
    }
}

/// <summary>A token outside of the merges.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">Its text, for example <c>&lt;|endoftext|&gt;</c>.</param>
/// <param name="IsSpecial">
/// True for a control token: it stands for no bytes, and plain text never encodes to it. False for one that stands for its
/// text and is cut out of every text before anything else happens.
/// </param>
public sealed record AddedToken(int Id, string Content, bool IsSpecial = true)
{
    /// <summary>Whether it is found only where no letter, digit or mark stands beside it.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Whether it takes the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it takes the white space behind it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Whether it is looked for in the normalized text, not in the text as it was written.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Whether it has none of these flags.</summary>
    internal bool IsPlain => !(IsSingleWord || StripsLeft || StripsRight || IsNormalized);
}

/// <summary>Two tokens that become one when they stand side by side.</summary>
/// <param name="Left">The id of the first token.</param>
/// <param name="Right">The id of the second token.</param>
/// <param name="Result">The id of the token whose bytes are those of both.</param>
public readonly record struct BytePairMerge(int Left, int Right, int Result);
