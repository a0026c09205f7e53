using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// Writes the conversation of a line of JSON with a chat template: <c>messages</c>, a list of objects with <c>role</c> and
/// <c>content</c>, which is a string, null for an empty one, or a list of parts <c>{"type": "text", "text": …}</c>.
/// </summary>
internal sealed class JsonConversation(ChatTemplate template, InvalidUtf8 policy) : JsonRecord(Field, policy)
{
    /// <summary>The field with the messages.</summary>
    public const string Field = "messages";

    /// <inheritdoc/>
    protected override (byte[] Text, IReadOnlyList<DocumentSpan>? Answers) Find(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        // What follows the object must not be lost.
        reader.Read();
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new UnusableTextException($"the line is {Kind(document.RootElement)} instead of a JSON object");
        }

        if (!document.RootElement.TryGetProperty(Field, out JsonElement messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw new UnusableTextException(messages.ValueKind == JsonValueKind.Undefined ? $"the field \"{Field}\" is missing" : $"the field \"{Field}\" is {Kind(messages)} instead of a list");
        }

        List<ChatTurn> turns = [];
        foreach (JsonElement message in messages.EnumerateArray())
        {
            turns.Add(Turn(message, turns.Count + 1));
        }

        try
        {
            return Write(template.Segments(turns));
        }
        catch (UsageException error)
        {
            throw new UnusableTextException(error.Message);
        }
    }

    private static (byte[] Text, IReadOnlyList<DocumentSpan> Answers) Write(IReadOnlyList<ChatSegment> segments)
    {
        byte[][] parts = [.. segments.Select(segment => CheckedText.WithLineFeeds(Encoding.UTF8.GetBytes(segment.Text)))];
        byte[] text = new byte[parts.Sum(part => part.Length)];
        List<DocumentSpan> answers = [];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i].CopyTo(text, start);
            if (segments[i].IsAnswer && parts[i].Length > 0)
            {
                answers.Add(new DocumentSpan(start, parts[i].Length));
            }

            start += parts[i].Length;
        }

        return answers.Count > 0 ? (text, answers) : throw new UnusableTextException("the conversation has no message of the assistant");
    }

    private static ChatTurn Turn(JsonElement message, int number)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out JsonElement role) || role.ValueKind != JsonValueKind.String)
        {
            throw new UnusableTextException($"message {number} has no role");
        }

        return new ChatTurn(role.GetString()!, message.TryGetProperty("content", out JsonElement content) ? Content(content, number) : "");
    }

    private static string Content(JsonElement content, int number)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Null:
                return "";
            case JsonValueKind.String:
                return content.GetString()!;
            case JsonValueKind.Array:
                StringBuilder text = new();
                foreach (JsonElement part in content.EnumerateArray())
                {
                    text.Append(
                        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out JsonElement value) && value.ValueKind == JsonValueKind.String
                            ? value.GetString()
                            : throw new UnusableTextException($"message {number} has a part that is not text"));
                }

                return text.ToString();
            default:
                throw new UnusableTextException($"the content of message {number} is {Kind(content)} instead of text");
        }
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => Kind(JsonTokenType.StartArray),
        JsonValueKind.Object => Kind(JsonTokenType.StartObject),
        JsonValueKind.Number => Kind(JsonTokenType.Number),
        JsonValueKind.String => Kind(JsonTokenType.String),
        JsonValueKind.Null => Kind(JsonTokenType.Null),
        _ => Kind(JsonTokenType.True),
    };
}
