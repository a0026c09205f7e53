using System.Buffers;
using System.Text;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// Text files of several documents with a separator between them. Line feeds beside the separator belong to it, and what is
/// empty between two is no document. As with other text, a file that is not UTF-8 to its end is not used at all.
/// </summary>
internal sealed class SeparatedTextFiles(string separator, InvalidUtf8 policy) : ISourceReader
{
    /// <summary>The most bytes of a document.</summary>
    public const int MaxLength = JsonLineFiles.MaxLineLength;

    private readonly byte[] _separator = Encoding.UTF8.GetBytes(separator);

    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        if (skip == 0 && Problem(file, cancellationToken) is { } problem)
        {
            yield return problem;
            yield break;
        }

        long number = 0;
        foreach (SourceEntry entry in Documents(file, cancellationToken))
        {
            number++;
            if (number > skip)
            {
                string name = $"{file.Name}:{number}";
                yield return entry with
                {
                    Document = entry.Document is { } document ? document with { Name = name } : null,
                    Rejected = entry.Rejected is { } rejected ? rejected with { Name = name } : null,
                    Next = number,
                };
            }
        }

        if (number == 0)
        {
            yield return file.Reject("the file holds nothing but separators", "give a file with text");
        }
    }

    private SourceEntry? Problem(SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            foreach (TextPiece piece in Pieces(file, cancellationToken))
            {
                _ = piece;
            }

            return null;
        }
        catch (UnusableTextException error)
        {
            return file.Reject(error.Message, error.Remedy);
        }
    }

    private IEnumerable<SourceEntry> Documents(SourceFile file, CancellationToken cancellationToken)
    {
        var pending = new ArrayBufferWriter<byte>();
        bool isBehindSeparator = false;
        bool isTooLong = false;
        long read = 0;
        foreach (TextPiece piece in Pieces(file, cancellationToken))
        {
            read = piece.SourceBytesRead;
            // The separator may lie across the end of the piece before.
            int from = Math.Max(0, pending.WrittenCount - (_separator.Length - 1));
            pending.Write(piece.Utf8);
            int start = 0;
            while (pending.WrittenSpan[from..].IndexOf(_separator) is int place and >= 0)
            {
                if (Entry(pending.WrittenSpan[start..(from + place)], isBehindSeparator, isBeforeSeparator: true, isTooLong) is { } entry)
                {
                    yield return entry with { SourceBytesRead = read };
                }

                (isBehindSeparator, isTooLong) = (true, false);
                start = from = from + place + _separator.Length;
            }

            byte[] rest = pending.WrittenSpan[start..].ToArray();
            pending.ResetWrittenCount();
            if (rest.Length > MaxLength)
            {
                isTooLong = true;
                rest = rest[^(_separator.Length - 1)..];
            }

            pending.Write(rest);
        }

        if (Entry(pending.WrittenSpan, isBehindSeparator, isBeforeSeparator: false, isTooLong) is { } last)
        {
            yield return last with { SourceBytesRead = read };
        }
    }

    private SourceEntry? Entry(ReadOnlySpan<byte> text, bool isBehindSeparator, bool isBeforeSeparator, bool isTooLong)
    {
        if (isTooLong || text.Length > MaxLength)
        {
            return new SourceEntry { Rejected = new RejectedDocument("", $"the document is longer than {MaxLength >> 20} MiB") };
        }

        text = isBehindSeparator ? text.TrimStart((byte)'\n') : text;
        text = isBeforeSeparator ? text.TrimEnd((byte)'\n') : text;
        return text.TrimStart(" \t\n"u8).IsEmpty
            ? null
            : new SourceEntry { Document = new Document("", text.ToArray()), WasRepaired = policy == InvalidUtf8.Replace && text.IndexOf("\uFFFD"u8) >= 0 };
    }

    private IEnumerable<TextPiece> Pieces(SourceFile file, CancellationToken cancellationToken)
    {
        using SourceStream stream = SourceStream.Open(file);
        foreach (TextPiece piece in TextPieces.Read(stream, 0, policy, cancellationToken))
        {
            yield return piece;
        }
    }
}
