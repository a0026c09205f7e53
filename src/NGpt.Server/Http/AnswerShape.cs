using System.Text.Json;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>How the texts of a request are written: the parts that completions and conversations have in common.</summary>
internal abstract class AnswerShape(TextRequest request, LoadedModel loaded, string idPrefix, DateTimeOffset now)
{
    private readonly string _id = $"{idPrefix}-{Guid.NewGuid():N}";

    /// <summary>The request.</summary>
    protected TextRequest Request => request;

    /// <summary>The model's tokenizer.</summary>
    protected ITokenizer Tokenizer => loaded.Model.Tokenizer;

    /// <summary>Whether a choice is announced before its first token.</summary>
    public abstract bool HasGreeting { get; }

    /// <summary>Writes what is new in one text, as one event of a stream.</summary>
    public void WriteChunk(Utf8JsonWriter json, ChoiceState choice)
    {
        Begin(json, isChunk: true);
        json.WriteStartArray("choices");
        WriteChoice(json, choice, isChunk: true);
        json.WriteEndArray();
        if (request.IncludeUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the event of a stream that has the numbers of tokens.</summary>
    public void WriteUsageChunk(Utf8JsonWriter json, IReadOnlyList<ChoiceState> choices)
    {
        Begin(json, isChunk: true);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WriteUsage(json, choices);
        json.WriteEndObject();
    }

    /// <summary>Writes a whole answer.</summary>
    public void WriteWhole(Utf8JsonWriter json, IReadOnlyList<ChoiceState> choices)
    {
        Begin(json, isChunk: false);
        json.WriteStartArray("choices");
        foreach (ChoiceState choice in choices)
        {
            WriteChoice(json, choice, isChunk: false);
        }

        json.WriteEndArray();
        WriteUsage(json, choices);
        json.WriteEndObject();
    }

    /// <summary>The field <c>object</c>.</summary>
    protected abstract string ObjectName(bool isChunk);

    /// <summary>Writes text and probabilities of one choice.</summary>
    protected abstract void WriteContent(Utf8JsonWriter json, ChoiceState choice, bool isChunk);

    private void Begin(Utf8JsonWriter json, bool isChunk)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", ObjectName(isChunk));
        json.WriteNumber("created", now.ToUnixTimeSeconds());
        json.WriteString("model", loaded.Model.Id);
    }

    private void WriteChoice(Utf8JsonWriter json, ChoiceState choice, bool isChunk)
    {
        json.WriteStartObject();
        json.WriteNumber("index", choice.Index);
        WriteContent(json, choice, isChunk);
        json.WriteString("finish_reason", choice.End?.Reason.FinishReason());
        if (choice.End is SequenceEnd end)
        {
            json.WriteString("end_reason", end.Reason.Name());
        }

        if (request.Details is int top)
        {
            TokenDetails.Write(json, choice.Scores, Tokenizer, top);
        }

        json.WriteEndObject();
        choice.Clear();
    }

    private void WriteUsage(Utf8JsonWriter json, IReadOnlyList<ChoiceState> choices)
    {
        // A prompt counts once, however many texts continue it.
        int prompt = request.Orders.Select(order => order.Prompt).Distinct<int[]>(ReferenceEqualityComparer.Instance).Sum(tokens => tokens.Length);
        int generated = choices.Sum(choice => choice.End?.GeneratedTokens ?? 0);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", prompt);
        json.WriteNumber("completion_tokens", generated);
        json.WriteNumber("total_tokens", prompt + generated);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", Math.Min(prompt, choices.Sum(choice => choice.End?.CachedTokens ?? 0)));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
