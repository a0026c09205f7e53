using System.Buffers;
using System.Text;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Finds added tokens in a text: the leftmost occurrence, the longest of several that begin there.</summary>
internal sealed class AddedTokenFinder
{
    private const int Root = 0;
    private const int NoToken = -1;

    private readonly SearchValues<byte> _firstBytes;
    // A tree of bytes: from a node (above) and a byte (below) to the next node.
    private readonly Dictionary<ulong, int> _children = [];
    private readonly List<int> _tokenOfNode = [NoToken];
    private readonly List<AddedToken> _tokens = [];

    /// <summary>Prepares the search.</summary>
    /// <param name="tokens">The tokens, each with what is looked for.</param>
    public AddedTokenFinder(IEnumerable<(AddedToken Token, byte[] Content)> tokens)
    {
        var firstBytes = new HashSet<byte>();
        foreach ((AddedToken token, byte[] content) in tokens)
        {
            int node = Root;
            foreach (byte value in content)
            {
                ulong key = Key(node, value);
                if (!_children.TryGetValue(key, out int child))
                {
                    child = _tokenOfNode.Count;
                    _children.Add(key, child);
                    _tokenOfNode.Add(NoToken);
                }

                node = child;
            }

            if (node != Root)
            {
                _tokenOfNode[node] = _tokens.Count;
                firstBytes.Add(content[0]);
                _tokens.Add(token);
            }
        }

        _firstBytes = SearchValues.Create([.. firstBytes]);
    }

    /// <summary>A finder of tokens as they are written; null where there are none.</summary>
    public static AddedTokenFinder? Of(IReadOnlyList<(AddedToken Token, byte[] Content)> tokens) => tokens.Count > 0 ? new AddedTokenFinder(tokens) : null;

    /// <summary>Finds the next occurrence.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="search">Where to search on; moved behind what was found.</param>
    /// <param name="covered">Where the occurrence before ends: white space behind it belongs to it alone.</param>
    /// <param name="found">The token, and the stretch of text that it stands for.</param>
    /// <returns>False where there is none any more.</returns>
    public bool TryFind(ReadOnlySpan<byte> utf8, ref int search, int covered, out (int Id, TextMatch Place) found)
    {
        for (int skip; (skip = utf8[search..].IndexOfAny(_firstBytes)) >= 0;)
        {
            int start = search + skip;
            if (Longest(utf8, start, out int end) is not { } token)
            {
                search = start + 1;
                continue;
            }

            search = end;
            if (token.IsSingleWord && ((CharacterSets.TryLast(utf8[..start], out Rune before) && CharacterSets.IsWord(before)) || (CharacterSets.TryFirst(utf8[end..], out Rune after) && CharacterSets.IsWord(after))))
            {
                continue;
            }

            search = token.StripsRight ? EndOfSpace(utf8, end) : end;
            found = (token.Id, new TextMatch(token.StripsLeft ? covered + StartOfSpace(utf8[covered..start]) : start, search));
            return true;
        }

        found = default;
        return false;
    }

    private static ulong Key(int node, byte value) => ((ulong)(uint)node << 8) | value;

    private static int StartOfSpace(ReadOnlySpan<byte> utf8)
    {
        int end = utf8.Length;
        while (Rune.DecodeLastFromUtf8(utf8[..end], out Rune character, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(character))
        {
            end -= length;
        }

        return end;
    }

    private static int EndOfSpace(ReadOnlySpan<byte> utf8, int start)
    {
        while (Rune.DecodeFromUtf8(utf8[start..], out Rune character, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(character))
        {
            start += length;
        }

        return start;
    }

    private AddedToken? Longest(ReadOnlySpan<byte> utf8, int start, out int end)
    {
        AddedToken? longest = null;
        end = start;
        int node = Root;
        for (int place = start; place < utf8.Length && _children.TryGetValue(Key(node, utf8[place]), out node); place++)
        {
            if (_tokenOfNode[node] is not NoToken and int index)
            {
                (longest, end) = (_tokens[index], place + 1);
            }
        }

        return longest;
    }
}

/// <summary>The two searches for added tokens: in the text as it was written, and after normalizing.</summary>
internal sealed class AddedTokenFinders
{
    /// <summary>Prepares both.</summary>
    public AddedTokenFinders(IReadOnlyList<AddedToken> tokens, Normalizer? normalizer)
    {
        AsWritten = AddedTokenFinder.Of([.. tokens.Where(token => !token.IsNormalized).Select(token => (token, Encoding.UTF8.GetBytes(token.Content)))]);
        Normalized = AddedTokenFinder.Of([.. tokens.Where(token => token.IsNormalized).Select(token => (token, Normalize(token.Content)))]);

        byte[] Normalize(string content)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(content);
            return normalizer?.Normalize(utf8, PiecePosition.Beginning, new TextBudget(utf8.Length)) ?? utf8;
        }
    }

    /// <summary>Tokens that are found before anything else happens; null where there are none.</summary>
    public AddedTokenFinder? AsWritten { get; }

    /// <summary>Tokens that are found in normalized text; null where there are none.</summary>
    public AddedTokenFinder? Normalized { get; }
}

/// <summary>Writes tokens to a buffer writer in large pieces.</summary>
internal ref struct TokenOutput(IBufferWriter<int> writer)
{
    private const int MinRoom = 4096;
    private Span<int> _room;
    private int _used;

    /// <summary>Room behind the tokens written so far.</summary>
    public Span<int> Room(int count)
    {
        if (_room.Length - _used < count)
        {
            Flush();
            _room = writer.GetSpan(Math.Max(MinRoom, count));
        }

        return _room[_used..];
    }

    /// <summary>Writes one token.</summary>
    public void Add(int token)
    {
        Room(1)[0] = token;
        _used++;
    }

    /// <summary>Says how much of the room was used.</summary>
    public void Advance(int count) => _used += count;

    /// <summary>Hands everything to the writer.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            writer.Advance(_used);
        }

        _room = [];
        _used = 0;
    }
}
