using System.Text.Json;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// What a file is by its first bytes, where its name does not say it: compressed data by its signature, Parquet by its
/// own, JSON lines where the first line is an object and it has the field with the text, or another object follows.
/// </summary>
internal static class ContentProbe
{
    // Enough for the first records of most files; a longer first line is judged by its beginning.
    private const int ProbedBytes = 1 << 16;

    /// <summary>The file with its format and compression, or with the reason that it cannot be read as text.</summary>
    public static SourceFile Describe(SourceFile file, IReadOnlyList<string> textFields)
    {
        try
        {
            byte[] start = Start(file);
            if (file.Compression == FileCompression.None && SourceName.CompressionOf(start) is var compression && compression != FileCompression.None)
            {
                file = file with { Compression = compression };
                start = Start(file);
            }

            return start.AsSpan().StartsWith("PAR1"u8) ? file with { Format = CorpusFormat.Parquet }
                : IsJsonLines(start, textFields) ? file with { Format = CorpusFormat.JsonLines }
                : IsArrayOfRecords(start) ? file with { Problem = "it is a JSON array of records: write each record on a line of its own, for example with jq -c '.[]'" }
                : file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Core.Errors.NGptException)
        {
            // The reading says what is wrong, with its place.
            return file;
        }
    }

    /// <summary>Whether a text begins with JSON objects, one a line.</summary>
    public static bool IsJsonLines(ReadOnlySpan<byte> start, IReadOnlyList<string> textFields)
    {
        ReadOnlySpan<byte> text = CheckedText.WithoutMark(start).TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("{"u8))
        {
            return false;
        }

        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
        // A line that the probe has not to its end: its beginning has to be JSON.
        bool isCut = end < 0 && start.Length >= ProbedBytes;
        return IsObject(line, isCut, textFields, out bool hasField) && (hasField || (end >= 0 && BeginsObject(text[end..])));
    }

    private static bool BeginsObject(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8).StartsWith("{"u8);

    private static bool IsObject(ReadOnlySpan<byte> line, bool isCut, IReadOnlyList<string> textFields, out bool hasField)
    {
        hasField = false;
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: !isCut, default);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    hasField |= reader.ValueTextEquals(JsonConversation.Field);
                    foreach (string field in textFields)
                    {
                        hasField |= JsonText.NameLength(in reader, field) > 0;
                    }
                }
            }

            return isCut || reader.CurrentDepth == 0;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsArrayOfRecords(ReadOnlySpan<byte> start)
    {
        try
        {
            var reader = new Utf8JsonReader(CheckedText.WithoutMark(start), isFinalBlock: false, default);
            return reader.Read() && reader.TokenType == JsonTokenType.StartArray
                && reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.Read() && reader.TokenType == JsonTokenType.PropertyName;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Start(SourceFile file)
    {
        byte[] buffer = new byte[Math.Min(ProbedBytes, file.Compression == FileCompression.None ? Math.Max(file.Length, 4) : ProbedBytes)];
        using SourceStream stream = SourceStream.Open(file);
        return buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
    }
}
