namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>GPT-2's pattern as code.</summary>
internal sealed class Gpt2Pattern() : SplitPattern("gpt2", Published)
{
    /// <summary>The expression as it was published.</summary>
    public const string Published = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The same language as tiktoken writes it.</summary>
    public const string PublishedPossessive = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s";

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

    private static int EndOfPiece(ReadOnlySpan<byte> utf8, int start)
    {
        byte first = utf8[start];
        if (first == (byte)'\'' && Contraction(utf8[(start + 1)..]) is > 0 and int length)
        {
            return start + 1 + length;
        }

        int body = first == (byte)' ' ? start + 1 : start;
        if (body < utf8.Length)
        {
            CharacterClass kind = CharacterRuns.ClassAt(utf8, body, out int bodyLength);
            if (kind != CharacterClass.Space)
            {
                return CharacterRuns.EndOfRun(utf8, body + bodyLength, kind);
            }
        }

        return CharacterRuns.EndOfSpace(utf8, start, out _);
    }

    private static int Contraction(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d', ..] => 1,
        [(byte)'r' or (byte)'v', (byte)'e', ..] or [(byte)'l', (byte)'l', ..] => 2,
        _ => 0,
    };
}
