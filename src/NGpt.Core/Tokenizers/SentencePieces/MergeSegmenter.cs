using NGpt.Core.Tokenizers.BytePair;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>
/// Cuts a normalized text by merging: of all neighbours whose text together is a piece, those of the highest score become
/// one, the leftmost of several, until none is left. A heap keeps n characters at time n·log n. The text is cut beside spaces
/// where nothing merges across, and the parts are kept for the next time that they occur.
/// </summary>
internal sealed class MergeSegmenter
{
    private const int None = -1;

    private readonly Piece[] _pieces;
    private readonly ByteStringTable _texts;
    private readonly ByteStringTable _reserved;
    private readonly int[] _ranks;
    private readonly int[] _output;
    private readonly int _unknown;
    private readonly bool _hasUnused;
    private readonly PieceTrie? _userDefined;
    private readonly SpaceBoundaries _boundaries;

    /// <summary>Creates a segmenter.</summary>
    /// <param name="model">The model.</param>
    /// <param name="userDefined">User-defined symbols, each always one piece; null for none.</param>
    /// <param name="space">A space as pieces write it.</param>
    public MergeSegmenter(PieceModel model, PieceTrie? userDefined, byte[] space)
    {
        _pieces = [.. model.Pieces];
        (_userDefined, _unknown) = (userDefined, model.Unknown);
        byte[][] texts = [.. _pieces.Select(piece => piece.Text)];
        (_texts, _reserved) = (new ByteStringTable(texts), new ByteStringTable(texts));
        for (int id = 0; id < texts.Length; id++)
        {
            (_pieces[id].IsText ? _texts : _reserved).TryAdd(id);
        }

        // A piece with the text of a control piece is that one in the end, as in the original.
        _output = [.. texts.Select((text, id) => _reserved.Find(text) is >= 0 and int reserved ? reserved : id)];
        _hasUnused = _pieces.Any(piece => piece.Kind == PieceKind.Unused);
        _ranks = Ranks();
        _boundaries = new SpaceBoundaries(space, _pieces.Where(piece => piece.IsText).Select(piece => piece.Text));
    }

    /// <summary>Cuts a text.</summary>
    /// <param name="text">The text, normalized.</param>
    /// <param name="output">Receives the pieces.</param>
    /// <param name="scratch">What to work with.</param>
    /// <param name="usesCache">Whether parts may be taken from earlier texts; their unknown pieces are then not where they say.</param>
    public void Segment(ReadOnlySpan<byte> text, PieceOutput output, Scratch scratch, bool usesCache)
    {
        if (_hasUnused)
        {
            // How an unused piece is divided depends on the last merge of its kind in the whole text.
            Merge(text, 0, output, scratch);
            return;
        }

        Span<int> cached = stackalloc int[PieceCache.MaxTokens];
        for (int start = 0; start < text.Length;)
        {
            int length = _boundaries.PartLength(text[start..]);
            ReadOnlySpan<byte> part = text.Slice(start, length);
            if (length > PieceCache.MaxPieceLength || !usesCache)
            {
                Merge(part, start, output, scratch);
            }
            else
            {
                var key = PieceCache.Key(text, start, length);
                int count = scratch.Cache.Find(key, cached);
                if (count > 0)
                {
                    output.AddAgain(cached[..count], start);
                }
                else
                {
                    scratch.Part.Clear(SentencePieceTokenizer.KeptLength);
                    Merge(part, 0, scratch.Part, scratch);
                    output.AddAgain(scratch.Part.Tokens, start);
                    if (scratch.Part.Count <= PieceCache.MaxTokens)
                    {
                        scratch.Cache.Keep(key, scratch.Part.Tokens);
                    }
                }
            }

            start += length;
        }
    }

    /// <summary>Ranks by score, the highest first; equal scores have one rank.</summary>
    private int[] Ranks()
    {
        var ranks = new int[_pieces.Length];
        int[] sorted = [.. Enumerable.Range(0, ranks.Length).OrderByDescending(id => _pieces[id].Score)];
        for (int i = 1; i < sorted.Length; i++)
        {
            ranks[sorted[i]] = ranks[sorted[i - 1]] + (_pieces[sorted[i]].Score == _pieces[sorted[i - 1]].Score ? 0 : 1);
        }

        return ranks;
    }

    private void Merge(ReadOnlySpan<byte> text, int place, PieceOutput output, Scratch scratch)
    {
        int count = Split(text, scratch);
        Symbol[] symbols = scratch.Symbols;
        var unused = _hasUnused ? scratch.Unused : null;
        unused?.Clear();
        scratch.Heap.Clear();
        for (int i = 0; i + 1 < count; i++)
        {
            Offer(text, i, symbols, scratch.Heap, unused);
        }

        while (scratch.Heap.TryPop(out ulong key))
        {
            // What was offered may be out of date: then the place is gone, or its pair has another rank.
            int left = (int)(uint)key;
            ref Symbol symbol = ref symbols[left];
            if (symbol.Length == 0 || symbol.Pair == None || _ranks[symbol.Pair] != (int)(key >> 32))
            {
                continue;
            }

            ref Symbol right = ref symbols[symbol.Next];
            symbol.Token = symbol.Pair;
            symbol.Length += right.Length;
            symbol.Next = right.Next;
            right.Length = 0;
            if (symbol.Next < count)
            {
                symbols[symbol.Next].Previous = left;
            }

            if (symbol.Previous >= 0)
            {
                Offer(text, symbol.Previous, symbols, scratch.Heap, unused);
            }

            symbol.Pair = None;
            if (symbol.Next < count)
            {
                Offer(text, left, symbols, scratch.Heap, unused);
            }
        }

        for (int i = 0; i < count; i = symbols[i].Next)
        {
            ref Symbol symbol = ref symbols[i];
            ReadOnlySpan<byte> piece = text.Slice(symbol.Start, symbol.Length);
            int token = symbol.Token >= 0 ? _output[symbol.Token] : Token(piece);
            if (unused is not null && _pieces[token].Kind == PieceKind.Unused)
            {
                Divide(piece, place + symbol.Start, output, unused);
            }
            else
            {
                output.Add(token, piece, place + symbol.Start);
            }
        }
    }

    /// <summary>Divides a text into what is merged: characters, and user-defined pieces, which merge with nothing.</summary>
    private int Split(ReadOnlySpan<byte> text, Scratch scratch)
    {
        int count = 0;
        for (int start = 0; start < text.Length; count++)
        {
            int length = _userDefined?.LongestPrefix(text[start..]) ?? 0;
            bool isFrozen = length > 0;
            length = isFrozen ? length : Math.Min(UnigramSegmenter.Utf8Length(text[start]), text.Length - start);
            scratch.Symbol(count) = new Symbol { Start = start, Length = length, Previous = count - 1, Next = count + 1, Token = None, Pair = None, IsFrozen = isFrozen };
            start += length;
        }

        return count;
    }

    private void Offer(ReadOnlySpan<byte> text, int left, Symbol[] symbols, KeyHeap heap, Dictionary<int, int>? unused)
    {
        ref Symbol first = ref symbols[left];
        ref Symbol second = ref symbols[first.Next];
        first.Pair = first.IsFrozen || second.IsFrozen ? None : _texts.Find(text.Slice(first.Start, first.Length + second.Length));
        if (first.Pair != None)
        {
            heap.Push(((ulong)_ranks[first.Pair] << 32) | (uint)left);
            if (unused is not null && _pieces[first.Pair].Kind == PieceKind.Unused)
            {
                unused[first.Pair] = first.Length;
            }
        }
    }

    private int Token(ReadOnlySpan<byte> piece)
    {
        int token = _reserved.Find(piece);
        token = token < 0 ? _texts.Find(piece) : token;
        return token < 0 ? _unknown : token;
    }

    /// <summary>Divides an unused piece into the two that it was merged from, as long as one of them is unused.</summary>
    private void Divide(ReadOnlySpan<byte> piece, int place, PieceOutput output, Dictionary<int, int> unused)
    {
        var open = new Stack<(int Start, int Length)>();
        open.Push((0, piece.Length));
        while (open.TryPop(out (int Start, int Length) part))
        {
            ReadOnlySpan<byte> text = piece.Slice(part.Start, part.Length);
            int token = Token(text);
            if (_pieces[token].Kind == PieceKind.Unused && unused.TryGetValue(token, out int left))
            {
                open.Push((part.Start + left, part.Length - left));
                open.Push((part.Start, left));
            }
            else
            {
                output.Add(token, text, place + part.Start);
            }
        }
    }

    /// <summary>What one call works with; kept for the next one. For one thread at a time.</summary>
    internal sealed class Scratch(PieceOutput part)
    {
        private Symbol[] _symbols = new Symbol[64];

        /// <summary>Parts of earlier texts.</summary>
        public PieceCache Cache { get; } = new();

        /// <summary>Receives one part.</summary>
        public PieceOutput Part { get; } = part;

        /// <summary>Pairs by rank, then by place.</summary>
        public KeyHeap Heap { get; } = new();

        /// <summary>Of each unused piece, the length of the first of the two that were merged last.</summary>
        public Dictionary<int, int> Unused { get; } = [];

        /// <summary>The symbols of the text.</summary>
        public Symbol[] Symbols => _symbols;

        /// <summary>A symbol to write.</summary>
        public ref Symbol Symbol(int index)
        {
            if (index == _symbols.Length)
            {
                Array.Resize(ref _symbols, 2 * index);
            }

            return ref _symbols[index];
        }

        /// <summary>Gives back memory that a long text needed.</summary>
        public void Trim()
        {
            _symbols = _symbols.Length > SentencePieceTokenizer.KeptLength ? new Symbol[64] : _symbols;
            Heap.Trim();
        }
    }

    /// <summary>A stretch of the text, and the piece that it and the next one would be.</summary>
    internal struct Symbol
    {
        public int Start;
        public int Length;
        public int Previous;
        public int Next;
        public int Token;
        public int Pair;
        public bool IsFrozen;
    }
}
