using System.Text.Json;

namespace NGpt.Data.Corpora.Files;

/// <summary>Takes one string out of a line of JSON.</summary>
internal sealed class JsonText(string field, InvalidUtf8 policy) : JsonRecord(field, policy)
{
    /// <inheritdoc/>
    protected override (byte[] Text, IReadOnlyList<DocumentSpan>? Answers) Find(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new UnusableTextException($"the line is {Kind(reader.TokenType)} instead of a JSON object");
        }

        byte[]? text = null;
        JsonTokenType other = JsonTokenType.None;
        bool hasMessages = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isField = reader.ValueTextEquals(FieldName);
            hasMessages |= reader.ValueTextEquals(JsonConversation.Field);
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
        if (text is null)
        {
            string hint = hasMessages ? "; it is a conversation: ngpt data prepare takes a --chat-template" : "";
            throw new UnusableTextException(
                other == JsonTokenType.None ? $"the field \"{FieldName}\" is missing{hint}" : $"the field \"{FieldName}\" is {Kind(other)} instead of a string");
        }

        return (CheckedText.WithLineFeeds(CheckedText.WithoutMark(text)), null);
    }

    private static byte[] Copy(ref Utf8JsonReader reader)
    {
        // Unescaping never makes a string longer.
        byte[] text = new byte[reader.ValueSpan.Length];
        int length = reader.CopyString(text);
        return length == text.Length ? text : text[..length];
    }
}
