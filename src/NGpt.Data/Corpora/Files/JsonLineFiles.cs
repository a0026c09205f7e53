using NGpt.Core.Files;

namespace NGpt.Data.Corpora.Files;

/// <summary>Files with one JSON object a line, of which one or more fields are a document. An entry is a line; blank lines count and give none.</summary>
internal sealed class JsonLineFiles(FileCorpusOptions options) : ISourceReader
{
    /// <summary>The most bytes of a line.</summary>
    public const int MaxLineLength = 64 << 20;

    private readonly JsonRecord _json = options.Conversations is { } template
        ? new JsonConversation(template, options.InvalidUtf8)
        : new JsonText(options.TextFields, options.InvalidUtf8);

    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        using SourceStream stream = SourceStream.Open(file);
        var lines = new LineReader(stream, MaxLineLength);
        lines.Skip(skip);
        bool any = skip > 0;
        for (long number = skip + 1; lines.Read(out ReadOnlyMemory<byte> line) is var kind && kind != LineKind.End; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (kind == LineKind.TooLong || !IsBlank(line.Span))
            {
                any = true;
                yield return Entry($"{file.Name}:{number}", number, kind, line.Span) with { Next = number, SourceBytesRead = stream.FilePosition };
            }
        }

        if (!any)
        {
            yield return file.Reject(file.Length == 0 ? "the file is empty" : "the file has only blank lines", "give a file with a JSON object on every line");
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => CheckedText.WithoutMark(line).IndexOfAnyExcept(" \t\r"u8) < 0;

    private SourceEntry Entry(string name, long number, LineKind kind, ReadOnlySpan<byte> line)
    {
        try
        {
            if (kind == LineKind.TooLong)
            {
                throw new UnusableTextException($"line {number:N0} is longer than {MaxLineLength >> 20} MiB");
            }

            ReadOnlySpan<byte> json = (number == 1 ? CheckedText.WithoutMark(line) : line).TrimEnd((byte)'\r');
            (byte[] text, IReadOnlyList<DocumentSpan>? answers) = _json.Read(json, out bool wasRepaired);
            return text.Length > 0
                ? new SourceEntry { Document = new Document(name, text) { Answers = answers }, WasRepaired = wasRepaired }
                : throw new UnusableTextException("the document is empty");
        }
        catch (UnusableTextException error)
        {
            return new SourceEntry { Rejected = new RejectedDocument(name, error.Message) { Beginning = TextBeginning.Of(line) } };
        }
    }
}
