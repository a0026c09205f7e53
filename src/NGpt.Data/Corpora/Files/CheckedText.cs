using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace NGpt.Data.Corpora.Files;

/// <summary>Makes documents of bytes: checks and repairs UTF-8, drops a byte-order mark, turns CR LF into LF.</summary>
internal static class CheckedText
{
    /// <summary>The place of the first byte that is not UTF-8, or -1.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return -1;
        }

        int bad = 0;
        while (Rune.DecodeFromUtf8(bytes[bad..], out _, out int length) == OperationStatus.Done)
        {
            bad += length;
        }

        return bad;
    }

    /// <summary>The text with U+FFFD in place of what is not UTF-8.</summary>
    public static byte[] Repair(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));

    /// <summary>The text without a byte-order mark at its beginning.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;

    /// <summary>A copy of the text with LF in place of CR LF; a CR alone stays.</summary>
    public static byte[] WithLineFeeds(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> carriageReturnLineFeed = "\r\n"u8;
        int pairs = text.Count(carriageReturnLineFeed);
        if (pairs == 0)
        {
            return text.ToArray();
        }

        var result = new byte[text.Length - pairs];
        Span<byte> destination = result;
        for (int next; (next = text.IndexOf(carriageReturnLineFeed)) >= 0; text = text[(next + 1)..])
        {
            text[..next].CopyTo(destination);
            destination = destination[next..];
        }

        text.CopyTo(destination);
        return result;
    }
}

/// <summary>A text cannot be used. Whether that is an error or an entry is for the reader of the file to decide.</summary>
internal sealed class UnusableTextException(string problem, string remedy = "") : Exception(problem)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
