using System.Text.Json;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>Answers of <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatShape(TextRequest request, LoadedModel loaded, DateTimeOffset now) : AnswerShape(request, loaded, "chatcmpl", now)
{
    /// <inheritdoc/>
    public override bool HasGreeting => true;

    /// <inheritdoc/>
    protected override string ObjectName(bool isChunk) => isChunk ? "chat.completion.chunk" : "chat.completion";

    /// <inheritdoc/>
    protected override void WriteContent(Utf8JsonWriter json, ChoiceState choice, bool isChunk)
    {
        json.WriteStartObject(isChunk ? "delta" : "message");
        if (!choice.HasBegun)
        {
            json.WriteString("role", "assistant");
        }

        if (!isChunk || !choice.HasBegun || choice.Text.Length > 0)
        {
            json.WriteString("content", choice.Text.ToString());
        }

        if (!isChunk)
        {
            json.WriteNull("refusal");
        }

        json.WriteEndObject();
        if (Request.LogProbabilities is int top)
        {
            WriteLogProbabilities(json, choice, top);
        }
        else
        {
            json.WriteNull("logprobs");
        }
    }

    private void WriteLogProbabilities(Utf8JsonWriter json, ChoiceState choice, int top)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (TokenScore score in choice.Scores)
        {
            json.WriteStartObject();
            WriteToken(json, score.Chosen);
            json.WriteStartArray("top_logprobs");
            foreach (TokenChoice alternative in score.Top.Take(top))
            {
                json.WriteStartObject();
                WriteToken(json, alternative);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    private void WriteToken(Utf8JsonWriter json, TokenChoice choice)
    {
        json.WriteString("token", TokenText.Name(Tokenizer, choice.Token));
        json.WriteNumber("logprob", choice.LogProbability);
        json.WriteStartArray("bytes");
        foreach (byte value in TokenText.Bytes(Tokenizer, choice.Token))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
