using System.Runtime.CompilerServices;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// The tokens of a vocabulary as a tree of their bytes, in preorder: a walk goes through the lists once and skips the
/// subtrees of prefixes that cannot follow. Tokens that end texts and tokens without bytes are not part of it.
/// </summary>
internal sealed class TokenTrie
{
    // Longer ones, such as lines of dashes, are never chosen: they would be most of the tree.
    private const int MaxTokenBytes = 256;

    private static readonly ConditionalWeakTable<ITokenizer, TokenTrie> Cache = [];

    private readonly List<byte> _bytes = [];
    private readonly List<int> _depths = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _tokens = [];

    // The next token with the same bytes, or −1.
    private readonly int[] _same;

    private TokenTrie(ITokenizer tokenizer)
    {
        VocabularySize = tokenizer.VocabularySize;
        EndTokens = [.. Enumerable.Range(0, VocabularySize).Where(tokenizer.EndsText)];
        _same = new int[VocabularySize];
        List<(byte[] Bytes, int Token)> tokens = [];
        for (int token = 0; token < VocabularySize; token++)
        {
            ReadOnlySpan<byte> bytes = tokenizer.TokenBytes(token);
            if (!bytes.IsEmpty && bytes.Length <= MaxTokenBytes && !tokenizer.EndsText(token))
            {
                tokens.Add((bytes.ToArray(), token));
                MaxDepth = Math.Max(MaxDepth, bytes.Length);
            }
        }

        tokens.Sort((left, right) => left.Bytes.AsSpan().SequenceCompareTo(right.Bytes) is int order and not 0 ? order : left.Token.CompareTo(right.Token));
        Build(tokens);
    }

    /// <summary>V, the number of tokens.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens that end texts.</summary>
    public IReadOnlyList<int> EndTokens { get; }

    /// <summary>Bytes of the longest token.</summary>
    public int MaxDepth { get; }

    /// <summary>Number of tree nodes, the root not included.</summary>
    public int Count => _bytes.Count;

    /// <summary>The tree of a tokenizer, built once for each.</summary>
    public static TokenTrie Of(ITokenizer tokenizer) => Cache.GetValue(tokenizer, static tokenizer => new TokenTrie(tokenizer));

    /// <summary>The last byte of a node.</summary>
    public byte Byte(int node) => _bytes[node];

    /// <summary>Number of bytes before the last one.</summary>
    public int Depth(int node) => _depths[node];

    /// <summary>The node behind the whole subtree.</summary>
    public int End(int node) => _ends[node];

    /// <summary>Sets the bits of the tokens whose bytes end at a node.</summary>
    public bool AddTokens(int node, ulong[] bits)
    {
        int first = _tokens[node];
        for (int token = first; token >= 0; token = _same[token])
        {
            bits[token >> 6] |= 1UL << (token & 63);
        }

        return first >= 0;
    }

    /// <summary>Whether a text can be divided into tokens.</summary>
    public bool CanWrite(ReadOnlySpan<byte> text)
    {
        bool[] reached = new bool[text.Length + 1];
        reached[0] = true;
        for (int start = 0; start < text.Length; start++)
        {
            int first = 0;
            int end = reached[start] ? Count : 0;
            for (int length = 1; start + length <= text.Length && Find(first, end, length - 1, text[start + length - 1]) is int node and >= 0; length++)
            {
                reached[start + length] |= _tokens[node] >= 0;
                (first, end) = (node + 1, _ends[node]);
            }
        }

        return reached[^1];
    }

    private int Find(int first, int end, int depth, byte value)
    {
        for (int node = first; node < end; node = _ends[node])
        {
            if (_depths[node] == depth && _bytes[node] == value)
            {
                return node;
            }
        }

        return -1;
    }

    private void Build(List<(byte[] Bytes, int Token)> tokens)
    {
        List<int> open = [];
        byte[] before = [];
        int previous = -1;
        foreach ((byte[] bytes, int token) in tokens)
        {
            _same[token] = -1;
            int shared = before.AsSpan().CommonPrefixLength(bytes);
            if (previous >= 0 && shared == bytes.Length && shared == before.Length)
            {
                _same[previous] = token;
                previous = token;
                continue;
            }

            Close(open, shared);
            for (int depth = shared; depth < bytes.Length; depth++)
            {
                open.Add(_bytes.Count);
                _bytes.Add(bytes[depth]);
                _depths.Add(depth);
                _ends.Add(0);
                _tokens.Add(-1);
            }

            _tokens[open[^1]] = token;
            (before, previous) = (bytes, token);
        }

        Close(open, 0);
    }

    private void Close(List<int> open, int depth)
    {
        for (int i = open.Count - 1; i >= depth; i--)
        {
            _ends[open[i]] = _bytes.Count;
        }

        open.RemoveRange(depth, open.Count - depth);
    }
}
