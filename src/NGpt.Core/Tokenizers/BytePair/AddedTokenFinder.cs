using System.Buffers;
using System.Text;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Finds added tokens in a text: the leftmost occurrence, the longest of several that begin there.</summary>
internal sealed class AddedTokenFinder
{
    private readonly SearchValues<byte> _firstBytes;
    private readonly List<(byte[] Content, int Id)>[] _byFirstByte = new List<(byte[], int)>[256];

    /// <summary>Prepares the search.</summary>
    /// <param name="tokens">The tokens; none is empty.</param>
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
    /// <param name="utf8">The text.</param>
    /// <param name="start">Where the occurrence begins; the text's length where there is none.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns>The token's id, or -1.</returns>
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
