using System.Text.Json;

namespace NGpt.Data.Corpora.Files;

/// <summary>Takes one string out of a line of JSON, or several that are joined by a blank line.</summary>
internal sealed class JsonText(IReadOnlyList<string> fields, InvalidUtf8 policy) : JsonRecord(string.Join(", ", fields), policy)
{
    /// <summary>
    /// How much of a field's path the name of a property is: all of it, a part before a dot, or 0 for another name.
    /// </summary>
    public static int NameLength(in Utf8JsonReader property, string path)
    {
        if (property.ValueTextEquals(path))
        {
            return path.Length;
        }

        for (int dot = path.LastIndexOf('.'); dot > 0; dot = path.LastIndexOf('.', dot - 1))
        {
            if (property.ValueTextEquals(path.AsSpan(0, dot)))
            {
                return dot;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override (byte[] Text, IReadOnlyList<DocumentSpan>? Answers) Find(ReadOnlySpan<byte> line)
    {
        byte[] text = Field(line, fields[0]);
        for (int i = 1; i < fields.Count; i++)
        {
            text = RecordText.Join(text, Field(line, fields[i]));
        }

        return (text, null);
    }

    private static byte[] Field(ReadOnlySpan<byte> line, string path)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new UnusableTextException($"the line is {Kind(reader.TokenType)} instead of a JSON object");
        }

        Value found = Search(ref reader, path, out bool hasMessages);
        // What follows the object must not be lost.
        reader.Read();
        if (found.Text is null)
        {
            string hint = hasMessages ? "; it is a conversation: ngpt data prepare takes a --chat-template" : "";
            throw new UnusableTextException(
                found.Type == JsonTokenType.None ? $"the field \"{path}\" is missing{hint}" : $"the field \"{path}\" is {Kind(found.Type)} instead of a string");
        }

        return CheckedText.WithLineFeeds(CheckedText.WithoutMark(found.Text));
    }

    // From the beginning of an object to its end. The longest name counts, of equal ones the last.
    private static Value Search(ref Utf8JsonReader reader, string path, out bool hasMessages)
    {
        Value found = default;
        int longest = 0;
        hasMessages = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            hasMessages |= reader.ValueTextEquals(JsonConversation.Field);
            int name = NameLength(in reader, path);
            reader.Read();
            if (name >= longest && name > 0)
            {
                Value value = name == path.Length ? new Value(reader.TokenType, reader.TokenType == JsonTokenType.String ? Copy(ref reader) : null)
                    : reader.TokenType == JsonTokenType.StartObject ? Search(ref reader, path[(name + 1)..], out _)
                    : default;
                if (name == path.Length || value.Type != JsonTokenType.None)
                {
                    (found, longest) = (value, name);
                }
            }

            reader.Skip();
        }

        return found;
    }

    private static byte[] Copy(ref Utf8JsonReader reader)
    {
        // Unescaping never makes a string longer.
        byte[] text = new byte[reader.ValueSpan.Length];
        int length = reader.CopyString(text);
        return length == text.Length ? text : text[..length];
    }

    private readonly record struct Value(JsonTokenType Type, byte[]? Text);
}

/// <summary>The text of a record that has it in several fields.</summary>
internal static class RecordText
{
    /// <summary>Two texts with a blank line between them; an empty one is left out.</summary>
    public static byte[] Join(byte[] text, byte[] next) =>
        next.Length == 0 ? text : text.Length == 0 ? next : [.. text, .. "\n\n"u8, .. next];
}
