namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>
/// Cuts text that is merged as a whole, beside spaces: where no token has two characters side by side of which one is a
/// space, nothing is merged across, so that the parts give the same tokens as the whole.
/// </summary>
internal sealed class SpaceBoundaries
{
    private readonly byte[] _space;
    // Bytes that stand before or behind a space inside a token: the last of a character, the first of one.
    private readonly bool[] _isBeforeSpace = new bool[256];
    private readonly bool[] _isBehindSpace = new bool[256];

    /// <summary>Finds the places.</summary>
    /// <param name="space">A space as tokens write it.</param>
    /// <param name="tokens">The texts of all tokens that are merged from others.</param>
    public SpaceBoundaries(byte[] space, IEnumerable<byte[]> tokens)
    {
        _space = space;
        foreach (byte[] token in tokens)
        {
            FindSpaces(token);
        }
    }

    /// <summary>The length of the first part of a text.</summary>
    public int PartLength(ReadOnlySpan<byte> text)
    {
        for (int place = text.StartsWith(_space) ? 0 : Next(text, 0); place < text.Length;)
        {
            if (place > 0 && !_isBeforeSpace[text[place - 1]])
            {
                return place;
            }

            place += _space.Length;
            if (place < text.Length && !_isBehindSpace[text[place]])
            {
                return place;
            }

            place = Next(text, place);
        }

        return text.Length;

        int Next(ReadOnlySpan<byte> text, int from) => text[from..].IndexOf(_space) is >= 0 and int next ? from + next : text.Length;
    }

    private void FindSpaces(ReadOnlySpan<byte> text)
    {
        int place = 0;
        while (place < text.Length && text[place..].IndexOf(_space) is >= 0 and int next)
        {
            place += next;
            if (place > 0)
            {
                _isBeforeSpace[text[place - 1]] = true;
            }

            place += _space.Length;
            if (place < text.Length)
            {
                _isBehindSpace[text[place]] = true;
            }
        }
    }
}
