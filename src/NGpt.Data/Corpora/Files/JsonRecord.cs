using System.Globalization;
using System.Text.Json;

namespace NGpt.Data.Corpora.Files;

/// <summary>Takes the text of a document out of a line of JSON.</summary>
internal abstract class JsonRecord(string field, InvalidUtf8 policy)
{
    /// <summary>Reads the text, with line feeds alone and without a byte-order mark, and where the answers of a conversation lie in it.</summary>
    public (byte[] Text, IReadOnlyList<DocumentSpan>? Answers) Read(ReadOnlySpan<byte> line, out bool wasRepaired)
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
            return Parse(line);
        }
        catch (InvalidOperationException) when (policy == InvalidUtf8.Replace)
        {
            // The reader checks escapes of halves of characters only when it copies the string.
            wasRepaired = true;
            return Parse(RepairSurrogates(line));
        }
        catch (InvalidOperationException)
        {
            throw new UnusableTextException($"the field \"{field}\" is not valid Unicode: an escape of half a character (\\uD800 to \\uDFFF) stands alone");
        }
    }

    /// <summary>Reads a line that is valid UTF-8.</summary>
    /// <exception cref="UnusableTextException">It is not what the reader expects.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">An escape of half a character stands alone.</exception>
    protected abstract (byte[] Text, IReadOnlyList<DocumentSpan>? Answers) Find(ReadOnlySpan<byte> line);

    /// <summary>The name of a type of JSON, in a sentence.</summary>
    protected static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.Number => "a number",
        JsonTokenType.String => "a string",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private (byte[] Text, IReadOnlyList<DocumentSpan>? Answers) Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return Find(line);
        }
        catch (JsonException error)
        {
            int end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string reason = (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.');
            throw new UnusableTextException($"the line is not valid JSON at byte {error.BytePositionInLine + 1:N0}: {reason}");
        }
    }

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
