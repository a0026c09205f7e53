using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// A <see cref="JsonGrammar"/> for the tokens of one vocabulary: which tokens may come next. The masks of states that recur
/// are kept, in a cache of limited size. Shared by all texts of a request; safe to share between threads.
/// </summary>
public sealed class JsonConstraint
{
    // The work of one mask, beyond which readings are dropped: some tens of milliseconds.
    private const long MaxWork = 1 << 20;

    // New readings are compared with each other: so many comparisons take as long as a step.
    private const int ComparisonsPerStep = 8;

    private const int CacheBytes = 4 << 20;
    private const int MinCachedMasks = 16;

    private readonly Dictionary<FrameList, TokenMask> _masks = [];
    private readonly TokenTrie _trie;
    private readonly FrameSet?[] _levels;
    private readonly Lock _gate = new();

    /// <summary>Prepares a grammar for a vocabulary.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="tokenizer">The model's tokenizer. The tree of its tokens is built once and shared by all constraints.</param>
    /// <exception cref="UsageException">The vocabulary has no tokens for a text that the grammar needs.</exception>
    public JsonConstraint(JsonGrammar grammar, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        ArgumentNullException.ThrowIfNull(tokenizer);
        Grammar = grammar;
        _trie = TokenTrie.Of(tokenizer);
        _levels = new FrameSet?[_trie.MaxDepth];
        ThrowIfUnwritable();
    }

    /// <summary>The grammar.</summary>
    public JsonGrammar Grammar { get; }

    /// <summary>The tokens that end texts, which are allowed where the text may be complete.</summary>
    internal IReadOnlyList<int> EndTokens => _trie.EndTokens;

    /// <summary>The tokens that may follow. Where there are too many readings for one step, <paramref name="frames"/> loses the last ones.</summary>
    internal TokenMask MaskOf(ref Frame[] frames)
    {
        lock (_gate)
        {
            while (true)
            {
                FrameList key = new([.. frames.Select(frame => frame.Canonical(_trie.MaxDepth))]);
                if (_masks.TryGetValue(key, out TokenMask? mask) || (mask = Compute(frames)) is not null)
                {
                    Keep(key, mask);
                    return mask;
                }

                frames = frames[..(frames.Length / 2)];
            }
        }
    }

    /// <summary>The readings after a token; empty where it cannot follow.</summary>
    internal static Frame[] Advance(Frame[] frames, ReadOnlySpan<byte> bytes)
    {
        FrameSet next = new();
        foreach (byte value in bytes)
        {
            next.Step(frames, value);
            frames = next.Frames.ToArray();
        }

        return frames;
    }

    // Null where it is too much work; never for a single reading.
    private TokenMask? Compute(Frame[] frames)
    {
        ulong[] bits = new ulong[(_trie.VocabularySize + 63) / 64];
        bool hasAny = false;
        long work = 0;
        for (int node = 0; node < _trie.Count;)
        {
            int depth = _trie.Depth(node);
            ReadOnlySpan<Frame> before = depth == 0 ? frames : _levels[depth - 1]!.Frames;
            FrameSet level = _levels[depth] ??= new FrameSet();
            level.Step(before, _trie.Byte(node));
            work += before.Length * (1 + (before.Length / ComparisonsPerStep));
            if (frames.Length > 1 && work > MaxWork)
            {
                return null;
            }

            if (level.Count == 0)
            {
                node = _trie.End(node);
                continue;
            }

            hasAny |= _trie.AddTokens(node, bits);
            node++;
        }

        return new TokenMask(bits, hasAny);
    }

    private void Keep(FrameList key, TokenMask mask)
    {
        if (_masks.Count >= Math.Max(MinCachedMasks, CacheBytes / (8 * mask.Bits.Length)))
        {
            _masks.Clear();
        }

        _masks[key] = mask;
    }

    private void ThrowIfUnwritable()
    {
        foreach (GrammarNode node in Grammar.Nodes)
        {
            foreach (byte[] text in node.Texts)
            {
                if (!_trie.CanWrite(text))
                {
                    throw Unwritable($"{SchemaPath.Shown(Encoding.UTF8.GetString(text))}");
                }
            }
        }

        if (Grammar.Nodes.Any(node => node is NumberNode or IntegerNode) && !Enumerable.Range('0', 10).Any(digit => _trie.CanWrite([(byte)digit])))
        {
            throw Unwritable("digits");
        }
    }

    private static UsageException Unwritable(string text) =>
        new($"the model's vocabulary has no tokens for {text}, which the JSON text needs", "use a model with a byte-level tokenizer, or a schema without it");

    /// <summary>Readings as a key.</summary>
    private sealed class FrameList(Frame[] frames) : IEquatable<FrameList>
    {
        private readonly Frame[] _frames = frames;

        public bool Equals(FrameList? other) => other is not null && _frames.AsSpan().SequenceEqual(other._frames);

        public override bool Equals(object? obj) => Equals(obj as FrameList);

        public override int GetHashCode() => _frames.Aggregate(_frames.Length, HashCode.Combine);
    }
}

/// <summary>The tokens that may come next, a bit for each; the tokens that end texts are not among them.</summary>
/// <param name="Bits">Bit i of word w stands for token 64·w + i.</param>
/// <param name="HasAny">Whether any bit is set.</param>
internal sealed record TokenMask(ulong[] Bits, bool HasAny)
{
    public bool Allows(int token) => (uint)(token >> 6) < (uint)Bits.Length && (Bits[token >> 6] & (1UL << (token & 63))) != 0;
}
