using System.Globalization;
using System.Text.Json;
using NGpt.Core.Files;

namespace NGpt.Data.Corpora.Files;

/// <summary>Files with one JSON object a line, of which one field is a document. An entry is a line; blank lines count and give none.</summary>
internal sealed class JsonLineFiles(FileCorpusOptions options) : ISourceReader
{
    /// <summary>The most bytes of a line.</summary>
    public const int MaxLineLength = 64 << 20;

    private readonly JsonText _json = new(options.TextField, options.InvalidUtf8);

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
            byte[] text = _json.Read(json, out bool wasRepaired);
            byte[] document = CheckedText.WithLineFeeds(CheckedText.WithoutMark(text));
            return document.Length > 0
                ? new SourceEntry { Document = new Document(name, document), WasRepaired = wasRepaired }
                : throw new UnusableTextException("the document is empty");
        }
        catch (UnusableTextException error)
        {
            return new SourceEntry { Rejected = new RejectedDocument(name, error.Message) };
        }
    }
}

/// <summary>Takes one string out of a line of JSON.</summary>
internal sealed class JsonText(string field, InvalidUtf8 policy)
{
    /// <summary>Reads the field.</summary>
    public byte[] Read(ReadOnlySpan<byte> line, out bool wasRepaired)
    {
        wasRepaired = false;
        int bad = CheckedText.FirstInvalid(line);
        if (bad >= 0)
        {
            if (policy == InvalidUtf8.Reject)
            {
                throw new UnusableTextException($"the line is not UTF-8: byte 0x{line[bad]:X2} at offset {bad:N0} of it");
            }

            line = CheckedText.Repair(line);
            wasRepaired = true;
        }

        try
        {
            return Find(line);
        }
        catch (InvalidOperationException) when (policy == InvalidUtf8.Replace)
        {
            // The reader checks escapes of halves of characters only when it copies the string.
            wasRepaired = true;
            return Find(RepairSurrogates(line));
        }
        catch (InvalidOperationException)
        {
            throw new UnusableTextException($"the field \"{field}\" is not valid Unicode: an escape of half a character (\\uD800 to \\uDFFF) stands alone");
        }
    }

    private byte[] Find(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new UnusableTextException($"the line is {Kind(reader.TokenType)} instead of a JSON object");
            }

            byte[]? text = null;
            JsonTokenType other = JsonTokenType.None;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isField = reader.ValueTextEquals(field);
                reader.Read();
                if (isField)
                {
                    other = reader.TokenType;
                    text = other == JsonTokenType.String ? Copy(ref reader) : null;
                }

                reader.Skip();
            }

            // What follows the object must not be lost.
            reader.Read();
            return text ?? throw new UnusableTextException(
                other == JsonTokenType.None ? $"the field \"{field}\" is missing" : $"the field \"{field}\" is {Kind(other)} instead of a string");
        }
        catch (JsonException error)
        {
            int end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string reason = (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.');
            throw new UnusableTextException($"the line is not valid JSON at byte {error.BytePositionInLine + 1:N0}: {reason}");
        }
    }

    private static byte[] Copy(ref Utf8JsonReader reader)
    {
        // Unescaping never makes a string longer.
        byte[] text = new byte[reader.ValueSpan.Length];
        int length = reader.CopyString(text);
        return length == text.Length ? text : text[..length];
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.Number => "a number",
        JsonTokenType.String => "a string",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    /// <summary>The line with <c>\uFFFD</c> in place of every escaped half of a character whose other half is missing.</summary>
    private static byte[] RepairSurrogates(ReadOnlySpan<byte> line)
    {
        byte[] result = line.ToArray();
        for (int i = 0; i < result.Length;)
        {
            if (result[i] != (byte)'\\')
            {
                i++;
            }
            else if (Escape(result, i) is not { } first)
            {
                i += 2;
            }
            else if (char.IsHighSurrogate(first) && Escape(result, i + 6) is { } second && char.IsLowSurrogate(second))
            {
                i += 12;
            }
            else
            {
                if (char.IsSurrogate(first))
                {
                    "FFFD"u8.CopyTo(result.AsSpan(i + 2));
                }

                i += 6;
            }
        }

        return result;
    }

    /// <summary>The value of the escape <c>\uXXXX</c> at a place, or null where none is there.</summary>
    private static char? Escape(ReadOnlySpan<byte> line, int at) =>
        at + 6 <= line.Length && line[at] == (byte)'\\' && line[at + 1] == (byte)'u'
        && ushort.TryParse(line.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value)
            ? (char)value
            : null;
}
