using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>Reads the body of <c>POST /v1/chat/completions</c>.</summary>
internal static class ChatRequest
{
    private const int MaxMessages = 1024;

    /// <summary>Reads and validates a request.</summary>
    public static GenerationRequest Read(JsonElement body, LoadedModel loaded, ServerOptions limits)
    {
        ChatTemplate template = limits.ChatTemplate ?? throw ApiException.Invalid(
            $"{loaded.Model.Id} has no chat template, as a base model that was not trained on conversations: use /v1/completions, "
            + $"or start the server with --chat-template ({string.Join(" or ", ChatTemplate.All.Select(known => known.Name))})",
            "messages",
            "no_chat_template");
        JsonFields fields = new(body);
        int[]? prompt = ReadPrompt(fields, template, loaded);
        GenerationRequest request = RequestFields.Read(fields, prompt is null ? [] : [prompt], int.MaxValue, loaded, limits);
        bool logProbabilities = fields.Boolean("logprobs") ?? false;
        long? top = fields.Integer("top_logprobs", 0, RequestFields.MaxAlternatives);
        if (top is not null && !logProbabilities)
        {
            fields.Reject("top_logprobs", "requires logprobs to be true");
        }

        fields.RejectUnsupported("best_of", "it is a field of /v1/completions", "1");
        fields.RejectUnsupported("echo", "it is a field of /v1/completions");

        // A JSON text ends when it is complete; the template's marks are text like any other in its strings.
        StopStrings stops = request.Constraints.Json is null ? StopStrings.Create([.. template.Stops, .. request.Sampling.StopStrings]) : StopStrings.None;
        request = request with
        {
            Sampling = request.Sampling with { StopStrings = stops },
            LogProbabilities = logProbabilities ? (int)(top ?? 0) : null,
        };
        return RequestFields.Validate(fields, request, loaded);
    }

    private static int[]? ReadPrompt(JsonFields fields, ChatTemplate template, LoadedModel loaded)
    {
        if (!fields.TryGet("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() is 0 or > MaxMessages)
        {
            fields.Reject("messages", $"must be a list of 1 to {MaxMessages} messages");
            return null;
        }

        List<ChatTurn> turns = [];
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (ReadTurn(fields, $"messages[{turns.Count}]", message) is not ChatTurn turn)
            {
                return null;
            }

            turns.Add(turn);
        }

        try
        {
            return RequestFields.Encode(fields, "messages", template.Render(turns), loaded);
        }
        catch (UsageException error)
        {
            fields.Reject("messages", $"cannot be rendered: {error.Message}");
            return null;
        }
    }

    private static ChatTurn? ReadTurn(JsonFields fields, string name, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            fields.Reject(name, "must be an object");
            return null;
        }

        string? role = message.TryGetProperty("role", out JsonElement roleField) ? fields.AsString($"{name}.role", roleField) : null;
        role = role == "developer" ? "system" : role;
        if (role is null || !ChatTemplate.Roles.Contains(role))
        {
            fields.Reject($"{name}.role", $"must be one of {string.Join(", ", ChatTemplate.Roles)}");
            return null;
        }

        bool hasContent = message.TryGetProperty("content", out JsonElement content);
        if (role == "assistant" && (!hasContent || content.ValueKind == JsonValueKind.Null))
        {
            // So answers are written that were a refusal or a call of a tool.
            return new ChatTurn(role, string.Empty);
        }

        if (!hasContent)
        {
            fields.Reject($"{name}.content", "is missing");
            return null;
        }

        return ReadContent(fields, $"{name}.content", content) is string text ? new ChatTurn(role, text) : null;
    }

    private static string? ReadContent(JsonFields fields, string name, JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            return fields.AsString(name, content);
        }

        StringBuilder text = new();
        foreach (JsonElement part in content.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out JsonElement type) || fields.AsString(name, type) is not "text"
                || !part.TryGetProperty("text", out JsonElement value) || fields.AsString(name, value) is not string piece)
            {
                fields.Reject(name, "may have only parts of type text");
                return null;
            }

            text.Append(piece);
        }

        return text.ToString();
    }
}
