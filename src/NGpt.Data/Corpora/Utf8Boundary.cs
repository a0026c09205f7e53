namespace NGpt.Data.Corpora;

/// <summary>Where UTF-8 may be cut without splitting a character.</summary>
internal static class Utf8Boundary
{
    /// <summary>The length of the text without an unfinished character at its end.</summary>
    public static int CompleteLength(ReadOnlySpan<byte> utf8)
    {
        for (int back = 1; back <= Math.Min(3, utf8.Length); back++)
        {
            byte value = utf8[^back];
            if (IsContinuation(value))
            {
                continue;
            }

            int needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1;
            return needed > back ? utf8.Length - back : utf8.Length;
        }

        return utf8.Length;
    }

    /// <summary>True for the second and later bytes of a character.</summary>
    public static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}

/// <summary>What is done with a document that is not valid UTF-8.</summary>
public enum InvalidUtf8
{
    /// <summary>It is left out.</summary>
    Reject,

    /// <summary>What is wrong in it is replaced by U+FFFD.</summary>
    Replace,
}
