using System.Buffers;
using System.Text;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Finds added tokens in a text: the leftmost occurrence, the longest of several that begin there.</summary>
internal sealed class AddedTokenFinder
{
    private readonly SearchValues<byte> _firstBytes;
    private readonly List<(byte[] Content, int Id)>[] _byFirstByte = new List<(byte[], int)>[256];

    /// <summary>Prepares the search.</summary>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        foreach (AddedToken token in tokens.OrderByDescending(token => Encoding.UTF8.GetByteCount(token.Content)))
        {
            byte[] content = Encoding.UTF8.GetBytes(token.Content);
            (_byFirstByte[content[0]] ??= []).Add((content, token.Id));
        }

        _firstBytes = SearchValues.Create([.. Enumerable.Range(0, 256).Where(value => _byFirstByte[value] is not null).Select(value => (byte)value)]);
    }

    /// <summary>Finds the next occurrence.</summary>
    public int Find(ReadOnlySpan<byte> utf8, out int start, out int length)
    {
        start = 0;
        for (int skip; (skip = utf8[start..].IndexOfAny(_firstBytes)) >= 0; start++)
        {
            start += skip;
            foreach ((byte[] content, int id) in _byFirstByte[utf8[start]])
            {
                if (utf8[start..].StartsWith(content))
                {
                    length = content.Length;
                    return id;
                }
            }
        }

        start = utf8.Length;
        length = 0;
        return -1;
    }
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
