using NGpt.Core.Tokenizers.BytePair;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Merges the bytes of one token by ranks, where any two neighbours merge whose bytes together are a token.</summary>
/// <param name="tokens">All tokens; their numbers are the ranks.</param>
internal sealed class TokenParts(ByteStringTable tokens)
{
    private readonly List<int> _starts = [];
    private readonly List<int> _ranks = [];

    /// <summary>Where the last two parts of a token meet.</summary>
    /// <param name="token">The bytes of a token, at least 2.</param>
    /// <returns>The place, or null where merging ends with more than two parts, so that the token is never made.</returns>
    public int? LastMerge(ReadOnlySpan<byte> token)
    {
        _starts.Clear();
        _ranks.Clear();
        for (int i = 0; i < token.Length; i++)
        {
            _starts.Add(i);
        }

        for (int part = 0; part + 1 < _starts.Count; part++)
        {
            _ranks.Add(RankAt(token, part));
        }

        while (_starts.Count > 2)
        {
            int best = 0;
            for (int part = 1; part < _ranks.Count; part++)
            {
                // As unsigned numbers, "no token" is the largest.
                best = (uint)_ranks[part] < (uint)_ranks[best] ? part : best;
            }

            if (_ranks[best] < 0)
            {
                return null;
            }

            _starts.RemoveAt(best + 1);
            _ranks.RemoveAt(best);
            for (int part = Math.Max(0, best - 1); part <= best && part < _ranks.Count; part++)
            {
                _ranks[part] = RankAt(token, part);
            }
        }

        return _starts[1];
    }

    // Parts begin at _starts; a pair ends where the part after the next one begins.
    private int RankAt(ReadOnlySpan<byte> token, int part) =>
        tokens.Find(token[_starts[part]..(part + 2 < _starts.Count ? _starts[part + 2] : token.Length)]);
}
