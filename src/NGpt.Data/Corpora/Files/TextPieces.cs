using System.Buffers;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// Streams one text in bounded memory: checks that it is UTF-8 without NUL bytes, drops a byte-order mark and turns CR LF
/// into LF (a CR alone stays).
/// </summary>
internal static class TextPieces
{
    /// <summary>The most bytes of a piece. A text up to this size is one piece.</summary>
    public const int PieceSize = 4 << 20;

    // A piece ends at most this far before its window does: three bytes of an unfinished character, or a CR.
    private const int MaxTailLength = 4;

    /// <summary>Reads the pieces of a text.</summary>
    public static IEnumerable<TextPiece> Read(SourceStream stream, long skip, InvalidUtf8 policy, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int kept = 0;
            long position = stream.CanSeek ? Seek(stream, ref skip) : 0;
            long line = 1;
            bool any = position > 0;
            for (bool end = false; !end;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = stream.ReadAtLeast(buffer.AsSpan(kept, PieceSize - kept), PieceSize - kept, throwOnEndOfStream: false);
                int available = kept + read;
                end = available < PieceSize;
                int whole = end ? available : WholeLength(buffer.AsSpan(0, available));
                if (skip > 0)
                {
                    skip--;
                    any = true;
                }
                else if (Piece(buffer.AsSpan(0, whole), position, line, policy) is { Utf8.Length: > 0 } piece)
                {
                    any = true;
                    line += buffer.AsSpan(0, whole).Count((byte)'\n');
                    yield return piece with { SourceBytesRead = stream.FilePosition };
                }

                position += whole;
                kept = available - whole;
                buffer.AsSpan(whole, kept).CopyTo(buffer);
            }

            if (!any)
            {
                throw new UnusableTextException(
                    position == 0 ? "the file is empty" : "the file holds nothing but a byte-order mark", "give a file with text");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The length of a full window without what may be half of something: a character, CR LF.</summary>
    private static int WholeLength(ReadOnlySpan<byte> window)
    {
        int whole = Utf8Boundary.CompleteLength(window);
        return whole > 0 && window[whole - 1] == (byte)'\r' ? whole - 1 : whole;
    }

    /// <summary>Passes over pieces by looking only at their ends.</summary>
    private static long Seek(SourceStream stream, ref long skip)
    {
        long position = 0;
        Span<byte> tail = stackalloc byte[MaxTailLength];
        for (; skip > 0 && position + PieceSize <= stream.Length; skip--)
        {
            stream.Position = position + PieceSize - MaxTailLength;
            stream.ReadExactly(tail);
            position += PieceSize - MaxTailLength + WholeLength(tail);
        }

        return stream.Position = skip > 0 ? stream.Length : position;
    }

    private static TextPiece Piece(ReadOnlySpan<byte> bytes, long position, long line, InvalidUtf8 policy)
    {
        if (position == 0)
        {
            RejectForeignMark(bytes);
        }

        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new UnusableTextException($"the file is binary: NUL byte at {Place(bytes, zero, position, line)}", "give UTF-8 text; leave binary files out");
        }

        int bad = CheckedText.FirstInvalid(bytes);
        if (bad >= 0 && policy == InvalidUtf8.Reject)
        {
            throw new UnusableTextException(
                $"the file is not UTF-8: byte 0x{bytes[bad]:X2} at {Place(bytes, bad, position, line)}",
                "convert it, for example from Latin-1: iconv -f ISO-8859-1 -t UTF-8 FILE > utf8.txt");
        }

        ReadOnlySpan<byte> text = bad >= 0 ? CheckedText.Repair(bytes) : bytes;
        return new TextPiece(CheckedText.WithLineFeeds(position == 0 ? CheckedText.WithoutMark(text) : text), bad >= 0, 0);
    }

    private static string Place(ReadOnlySpan<byte> bytes, int offset, long position, long line) =>
        $"offset {position + offset:N0} (line {line + bytes[..offset].Count((byte)'\n'):N0})";

    private static void RejectForeignMark(ReadOnlySpan<byte> start)
    {
        string? encoding =
            start.StartsWith<byte>([0xFF, 0xFE, 0, 0]) || start.StartsWith<byte>([0, 0, 0xFE, 0xFF]) ? "UTF-32"
            : start.StartsWith<byte>([0xFF, 0xFE]) || start.StartsWith<byte>([0xFE, 0xFF]) ? "UTF-16"
            : null;
        if (encoding is not null)
        {
            throw new UnusableTextException(
                $"the file is {encoding} text (its byte-order mark says so), not UTF-8",
                $"convert it: iconv -f {encoding} -t UTF-8 FILE > utf8.txt");
        }
    }
}

/// <summary>A piece of a text.</summary>
/// <param name="Utf8">The bytes, as a document has them.</param>
/// <param name="WasRepaired">Whether something in it was replaced by U+FFFD.</param>
/// <param name="SourceBytesRead">How far the file was read for it.</param>
internal sealed record TextPiece(byte[] Utf8, bool WasRepaired, long SourceBytesRead);
