using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using NGpt.Core.Tokenizers.BytePair;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding (BPE): a text is cut into pieces by a <see cref="SplitPattern"/>, and in each piece the two
/// neighbours of lowest merge rank become one token, the leftmost first, until no two can. Every byte string survives the
/// round trip. A text that is given in several calls is cut where the calls end, as if each were a text of its own: give whole
/// documents where the tokens at the seams matter.
/// </summary>
public sealed class BytePairTokenizer : ITokenizer
{
    /// <summary>The most tokens of a vocabulary.</summary>
    public const int MaxVocabularySize = 1_000_000;

    /// <summary>Contents of special tokens that keep documents apart; the first that a vocabulary has is its end-of-text token.</summary>
    public static readonly IReadOnlyList<string> EndOfTextNames = ["<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>", "</s>", "<eos>"];

    private readonly byte[][] _tokens;
    private readonly BytePairMerge[] _merges;
    private readonly AddedToken[] _addedTokens;
    private readonly MergeTable _mergeTable;
    private readonly int[] _tokenOfByte = new int[256];
    private readonly ByteStringTable _wholePieces;
    private readonly AddedTokenFinder? _plainFinder;
    private readonly AddedTokenFinder? _specialFinder;
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
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(merges);
        ArgumentNullException.ThrowIfNull(pattern);
        _addedTokens = [.. (addedTokens ?? []).OrderBy(token => token.Id)];
        _merges = [.. merges];
        Pattern = pattern;
        IgnoresMerges = ignoresMerges;
        BytePairChecks.RequireTokens(tokens, _addedTokens);
        _tokens = BytePairChecks.AllTokens(tokens, _addedTokens);
        _wholePieces = BytePairChecks.Findable(_tokens, tokens);
        for (int value = 0; value < 256; value++)
        {
            _tokenOfByte[value] = _wholePieces.Find([(byte)value]);
            if (_tokenOfByte[value] < 0)
            {
                throw new ArgumentException($"no token stands for the byte 0x{value:X2}");
            }
        }

        _mergeTable = BytePairChecks.Merges(_merges, _tokens, tokens);
        _plainFinder = _addedTokens.All(token => token.IsSpecial) ? null : new AddedTokenFinder(_addedTokens.Where(token => !token.IsSpecial));
        _specialFinder = _addedTokens.Length == 0 ? null : new AddedTokenFinder(_addedTokens);
        EndOfText = EndOfTextNames
            .Select(name => _addedTokens.FirstOrDefault(token => token.IsSpecial && token.Content == name)?.Id)
            .FirstOrDefault(id => id is not null);
    }

    /// <inheritdoc/>
    public string Name => "bpe";

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Length;

    /// <inheritdoc/>
    public int? EndOfText { get; }

    /// <summary>How a text is cut into pieces.</summary>
    public SplitPattern Pattern { get; }

    /// <summary>The merges, the lowest rank first.</summary>
    public IReadOnlyList<BytePairMerge> Merges => _merges;

    /// <summary>Tokens outside of the merges, in order of their ids.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _addedTokens;

    /// <summary>Whether a piece that is a token as a whole is that token, whatever the merges say.</summary>
    public bool IgnoresMerges { get; }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens) => Encode(utf8, tokens, recognizesSpecialTokens: false);

    /// <summary>Appends the token ids of a text.</summary>
    /// <param name="utf8">The text; any bytes.</param>
    /// <param name="tokens">Receives the ids.</param>
    /// <param name="recognizesSpecialTokens">
    /// Whether the content of a special token in the text becomes that token. Only for text that the caller wrote himself: in
    /// text from outside, anybody could end the document.
    /// </param>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> tokens, bool recognizesSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        AddedTokenFinder? finder = recognizesSpecialTokens ? _specialFinder : _plainFinder;
        Scratch scratch = _scratch.TryTake(out Scratch? kept) ? kept : new Scratch(new PieceMerger(_mergeTable, _tokenOfByte));
        var output = new TokenOutput(tokens);
        while (finder is not null && finder.Find(utf8, out int start, out int length) is >= 0 and int added)
        {
            EncodePlain(utf8[..start], ref output, scratch);
            output.Room(1)[0] = added;
            output.Advance(1);
            utf8 = utf8[(start + length)..];
        }

        EncodePlain(utf8, ref output, scratch);
        output.Flush();
        _scratch.Add(scratch);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, VocabularySize);
        return _tokens[token];
    }

    private void EncodePlain(ReadOnlySpan<byte> utf8, ref TokenOutput output, Scratch scratch)
    {
        Span<int> ends = stackalloc int[256];
        object? state = null;
        for (int start = 0; start < utf8.Length;)
        {
            int count = Pattern.FindEnds(utf8, start, ends, ref state);
            foreach (int end in ends[..count])
            {
                int length = end - start;
                if (length <= PieceCache.MaxPieceLength)
                {
                    Span<int> room = output.Room(PieceCache.MaxPieceLength);
                    Vector256<byte> key = PieceCache.Key(utf8, start, length);
                    int found = scratch.Cache.Find(key, room);
                    if (found == 0)
                    {
                        found = EncodePiece(utf8.Slice(start, length), room, scratch);
                        if (found <= PieceCache.MaxTokens)
                        {
                            scratch.Cache.Keep(key, room[..found]);
                        }
                    }

                    output.Advance(found);
                }
                else
                {
                    output.Advance(EncodePiece(utf8.Slice(start, length), output.Room(length), scratch));
                }

                start = end;
            }
        }
    }

    private int EncodePiece(ReadOnlySpan<byte> piece, Span<int> tokens, Scratch scratch)
    {
        if (IgnoresMerges && _wholePieces.Find(piece) is >= 0 and int whole)
        {
            tokens[0] = whole;
            return 1;
        }

        return scratch.Merger.Merge(piece, tokens);
    }

    /// <summary>What one call works with; kept for the next one.</summary>
    private sealed class Scratch(PieceMerger merger)
    {
        public PieceMerger Merger { get; } = merger;

        public PieceCache Cache { get; } = new();
    }
}

/// <summary>A token outside of the merges.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">Its text, for example <c>&lt;|endoftext|&gt;</c>.</param>
/// <param name="IsSpecial">
/// True for a control token: it stands for no bytes, and plain text never encodes to it. False for one that stands for its
/// text and is cut out of every text before anything else happens.
/// </param>
public sealed record AddedToken(int Id, string Content, bool IsSpecial = true);

/// <summary>Two tokens that become one when they stand side by side.</summary>
/// <param name="Left">The id of the first token.</param>
/// <param name="Right">The id of the second token.</param>
/// <param name="Result">The id of the token whose bytes are those of both.</param>
public readonly record struct BytePairMerge(int Left, int Right, int Result);
