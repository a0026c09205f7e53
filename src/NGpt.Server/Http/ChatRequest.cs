using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;

namespace NGpt.Server.Http;

/// <summary>Reads the body of <c>POST /v1/chat/completions</c>.</summary>
internal static class ChatRequest
{
    private const int MaxMessages = 1024;

    /// <summary>Reads and checks a request.</summary>
    /// <exception cref="ApiException">400, with everything that is wrong.</exception>
    public static TextRequest Read(JsonElement body, LoadedModel loaded, ServerOptions limits)
    {
        ChatTemplate template = limits.ChatTemplate ?? throw ApiException.Invalid(
            $"{loaded.Model.Id} has no chat template, since it was not trained on conversations: use /v1/completions, "
            + $"or start the server with --chat-template ({string.Join(" or ", ChatTemplate.All.Select(known => known.Name))})",
            "messages",
            "no_chat_template");
        JsonFields fields = new(body);
        List<int[]> prompts = [];
        if (ReadPrompt(fields, template, loaded) is int[] prompt)
        {
            TextRequestFields.RequireRoom(fields, "messages", prompt.Length, loaded.Scheduler.ContextLength);
            prompts.Add(prompt);
        }

        int choices = TextRequestFields.Choices(fields, limits);
        SamplingOptions sampling = SamplingFields.Read(fields, loaded.Model.Defaults, loaded.Model.DefaultMaxTokens ?? int.MaxValue, limits);
        sampling = sampling with { StopStrings = StopStrings.Create([.. template.Stops, .. sampling.StopStrings]) };
        bool logProbabilities = fields.Flag("logprobs");
        long? top = fields.Integer("top_logprobs", 0, TextRequestFields.MaxAlternatives);
        if (top is not null && !logProbabilities)
        {
            fields.Refuse("top_logprobs", "needs logprobs to be true");
        }

        fields.RefuseUnsupported("tools", "the model calls none");
        fields.RefuseUnsupported("functions", "the model calls none");
        if (fields.Object("response_format") is JsonElement format && new JsonFields(format).Text("type") is not "text")
        {
            fields.Refuse("response_format", "must have the type text: others are not supported");
        }

        return TextRequestFields.Finish(fields, prompts, choices, sampling, logProbabilities ? (int)(top ?? 0) : null, echo: false, loaded.Scheduler.Capacity);
    }

    private static int[]? ReadPrompt(JsonFields fields, ChatTemplate template, LoadedModel loaded)
    {
        if (!fields.TryGet("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() is 0 or > MaxMessages)
        {
            fields.Refuse("messages", $"must be a list of 1 to {MaxMessages} messages");
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
            return loaded.Model.Tokenizer.EncodePrompt(template.Render(turns));
        }
        catch (UsageException problem)
        {
            fields.Refuse("messages", $"cannot be written: {problem.Message}");
            return null;
        }
    }

    private static ChatTurn? ReadTurn(JsonFields fields, string name, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse(name, "must be an object");
            return null;
        }

        string? role = message.TryGetProperty("role", out JsonElement roleField) ? fields.AsText($"{name}.role", roleField) : null;
        role = role == "developer" ? "system" : role;
        if (role is null || !ChatTemplate.Roles.Contains(role))
        {
            fields.Refuse($"{name}.role", $"must be one of {string.Join(", ", ChatTemplate.Roles)}");
            return null;
        }

        if (!message.TryGetProperty("content", out JsonElement content))
        {
            fields.Refuse($"{name}.content", "is missing");
            return null;
        }

        return ReadContent(fields, $"{name}.content", content) is string text ? new ChatTurn(role, text) : null;
    }

    private static string? ReadContent(JsonFields fields, string name, JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            return fields.AsText(name, content);
        }

        StringBuilder text = new();
        foreach (JsonElement part in content.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String
                || !type.ValueEquals("text") || !part.TryGetProperty("text", out JsonElement value) || fields.AsText(name, value) is not string piece)
            {
                fields.Refuse(name, "may have parts of the type text only");
                return null;
            }

            text.Append(piece);
        }

        return text.ToString();
    }
}
