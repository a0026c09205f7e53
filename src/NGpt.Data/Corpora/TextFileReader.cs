using System.Buffers;
using System.Text;
using System.Text.Unicode;
using NGpt.Core.Errors;

namespace NGpt.Data.Corpora;

/// <summary>
/// Streams one text file in bounded memory: checks that it is UTF-8 without NUL bytes, drops a byte-order mark and
/// turns CR LF into LF (a CR alone stays).
/// </summary>
internal static class TextFileReader
{
    /// <summary>The most bytes of a piece. A file up to this size is one piece.</summary>
    public const int PieceSize = 4 << 20;

    private const string BinaryRemedy = "give UTF-8 text; leave binary files out";

    /// <summary>Reads the pieces of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="FileFormatException">The file is empty, binary or not UTF-8; thrown when the place is reached.</exception>
    public static IEnumerable<byte[]> ReadPieces(string path, CancellationToken cancellationToken)
    {
        // A length of 0 also covers pipes and devices, which must not be opened: that could wait for ever.
        if (new FileInfo(path).Length == 0)
        {
            throw new FileFormatException(path, "the file is empty", "give a file with text");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            int kept = 0;
            long position = 0;
            long line = 1;
            bool any = false;
            for (bool end = false; !end;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = stream.ReadAtLeast(buffer.AsSpan(kept, PieceSize - kept), PieceSize - kept, throwOnEndOfStream: false);
                int available = kept + read;
                end = available < PieceSize;
                if (position == 0)
                {
                    RefuseForeignMark(path, buffer.AsSpan(0, available));
                }

                // What may be half of something (a character, CR LF) waits for the next round.
                int whole = end ? available : Utf8Boundary.CompleteLength(buffer.AsSpan(0, available));
                if (!end && whole > 0 && buffer[whole - 1] == (byte)'\r')
                {
                    whole--;
                }

                Check(path, buffer.AsSpan(0, whole), position, line);
                int mark = position == 0 && buffer.AsSpan(0, whole).StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
                if (whole > mark)
                {
                    any = true;
                    line += buffer.AsSpan(0, whole).Count((byte)'\n');
                    yield return WithLineFeeds(buffer.AsSpan(mark, whole - mark));
                }

                position += whole;
                kept = available - whole;
                buffer.AsSpan(whole, kept).CopyTo(buffer);
            }

            if (!any)
            {
                throw new FileFormatException(path, "the file holds nothing but a byte-order mark", "give a file with text");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void RefuseForeignMark(string path, ReadOnlySpan<byte> start)
    {
        string? encoding =
            start.StartsWith<byte>([0xFF, 0xFE, 0, 0]) || start.StartsWith<byte>([0, 0, 0xFE, 0xFF]) ? "UTF-32"
            : start.StartsWith<byte>([0xFF, 0xFE]) || start.StartsWith<byte>([0xFE, 0xFF]) ? "UTF-16"
            : null;
        if (encoding is not null)
        {
            throw new FileFormatException(
                path,
                $"the file is {encoding} text (its byte-order mark says so), not UTF-8",
                $"convert it: iconv -f {encoding} -t UTF-8 \"{Path.GetFileName(path)}\" > utf8.txt");
        }
    }

    private static void Check(string path, ReadOnlySpan<byte> bytes, long position, long line)
    {
        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            long zeroLine = line + bytes[..zero].Count((byte)'\n');
            throw new FileFormatException(path, $"the file is binary: NUL byte at offset {position + zero:N0} (line {zeroLine:N0})", BinaryRemedy);
        }

        if (Utf8.IsValid(bytes))
        {
            return;
        }

        int bad = 0;
        while (Rune.DecodeFromUtf8(bytes[bad..], out _, out int length) == OperationStatus.Done)
        {
            bad += length;
        }

        long badLine = line + bytes[..bad].Count((byte)'\n');
        throw new FileFormatException(
            path,
            $"the file is not UTF-8: byte 0x{bytes[bad]:X2} at offset {position + bad:N0} (line {badLine:N0})",
            $"convert it, for example from Latin-1: iconv -f ISO-8859-1 -t UTF-8 \"{Path.GetFileName(path)}\" > utf8.txt");
    }

    private static byte[] WithLineFeeds(ReadOnlySpan<byte> text)
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
