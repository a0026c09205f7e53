namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>GPT-4's pattern as code, and its relatives that differ in the longest number.</summary>
internal sealed class Gpt4Pattern(string name, string expression, int longestNumber) : SplitPattern(name, expression)
{
    /// <summary>The expression as it was published.</summary>
    public const string Published =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The expression with single digits.</summary>
    public const string PublishedByQwen =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    internal override int FindEnds(ReadOnlySpan<byte> utf8, int start, Span<int> ends, ref object? state)
    {
        int count = 0;
        while (count < ends.Length && start < utf8.Length)
        {
            start = EndOfPiece(utf8, start);
            ends[count++] = start;
        }

        return count;
    }

    private int EndOfPiece(ReadOnlySpan<byte> utf8, int start)
    {
        byte first = utf8[start];
        if (first == (byte)'\'' && Contraction(utf8[(start + 1)..]) is > 0 and int contraction)
        {
            return start + 1 + contraction;
        }

        CharacterClass kind = CharacterRuns.ClassAt(utf8, start, out int length);
        int next = start + length;
        switch (kind)
        {
            case CharacterClass.Letter:
                return CharacterRuns.EndOfRun(utf8, next, CharacterClass.Letter);
            case CharacterClass.Number:
                for (int digits = 1; digits < longestNumber && next < utf8.Length && CharacterRuns.ClassAt(utf8, next, out length) == CharacterClass.Number; digits++)
                {
                    next += length;
                }

                return next;
        }

        // One character that is not a line end may stand before a word; a space also before signs.
        if (next < utf8.Length && first is not ((byte)'\n' or (byte)'\r'))
        {
            CharacterClass following = CharacterRuns.ClassAt(utf8, next, out int followingLength);
            if (following == CharacterClass.Letter)
            {
                return CharacterRuns.EndOfRun(utf8, next + followingLength, CharacterClass.Letter);
            }

            if (kind == CharacterClass.Space && first == (byte)' ' && following == CharacterClass.Other)
            {
                return EndOfSigns(utf8, next);
            }
        }

        if (kind == CharacterClass.Other)
        {
            return EndOfSigns(utf8, start);
        }

        int end = CharacterRuns.EndOfSpace(utf8, start, out int endOfLines);
        return endOfLines > 0 ? endOfLines : end;
    }

    private static int EndOfSigns(ReadOnlySpan<byte> utf8, int start)
    {
        int end = CharacterRuns.EndOfRun(utf8, start, CharacterClass.Other);
        while (end < utf8.Length && utf8[end] is (byte)'\n' or (byte)'\r')
        {
            end++;
        }

        return end;
    }

    // Without regard to case, U+017F (long s, C5 BF) is an s as well: its simple case folding.
    private static int Contraction(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d' or (byte)'S' or (byte)'T' or (byte)'M' or (byte)'D', ..] => 1,
        [(byte)'r' or (byte)'v' or (byte)'R' or (byte)'V', (byte)'e' or (byte)'E', ..] => 2,
        [(byte)'l' or (byte)'L', (byte)'l' or (byte)'L', ..] => 2,
        [0xC5, 0xBF, ..] => 2,
        _ => 0,
    };
}
