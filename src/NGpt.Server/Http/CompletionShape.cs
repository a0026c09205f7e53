using System.Text.Json;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>Answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionShape(TextRequest request, LoadedModel loaded, DateTimeOffset now) : AnswerShape(request, loaded, "cmpl", now)
{
    /// <inheritdoc/>
    public override bool HasGreeting => false;

    /// <inheritdoc/>
    protected override string ObjectName(bool isChunk) => "text_completion";

    /// <inheritdoc/>
    protected override void WriteContent(Utf8JsonWriter json, ChoiceState choice, bool isChunk)
    {
        string echo = Request.Echo is { } texts && !choice.HasBegun ? texts[choice.Index] : string.Empty;
        json.WriteString("text", echo + choice.Text);
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
        json.WriteStartArray("tokens");
        foreach (TokenScore score in choice.Scores)
        {
            json.WriteStringValue(TokenText.Name(Tokenizer, score.Chosen.Token));
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        foreach (TokenScore score in choice.Scores)
        {
            if (double.IsNaN(score.Chosen.LogProbability))
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(score.Chosen.LogProbability);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        foreach (TokenScore score in choice.Scores)
        {
            WriteTop(json, score, top);
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset");
        foreach (TokenScore score in choice.Scores)
        {
            json.WriteNumberValue(choice.Offset);
            choice.Pass(score.Chosen.Token);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The token itself is always among them. Of tokens with the same text the likeliest counts.
    private void WriteTop(Utf8JsonWriter json, TokenScore score, int top)
    {
        if (double.IsNaN(score.Chosen.LogProbability))
        {
            json.WriteNullValue();
            return;
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        json.WriteStartObject();
        foreach (TokenChoice choice in score.Top.Take(top).Append(score.Chosen))
        {
            string name = TokenText.Name(Tokenizer, choice.Token);
            if (names.Add(name))
            {
                json.WriteNumber(name, choice.LogProbability);
            }
        }

        json.WriteEndObject();
    }
}
