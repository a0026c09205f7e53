using System.Text.Json;
using NGpt.Core.Sampling;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>What requests for completions and conversations have in common.</summary>
internal static class TextRequestFields
{
    /// <summary>The most alternatives that can be listed with a token.</summary>
    public const int MaxAlternatives = 20;

    // Scored prompts are held until they are sent: this many numbers are some 50 MB of JSON.
    private const long MaxScores = 1 << 20;

    /// <summary>Reads <c>n</c>.</summary>
    public static int Choices(JsonFields fields, ServerOptions limits) => (int)(fields.Integer("n", 1, limits.MaxChoices) ?? 1);

    /// <summary>Checks that a prompt fits.</summary>
    public static void RequireRoom(JsonFields fields, string name, int tokens, int contextLength)
    {
        if (tokens > contextLength)
        {
            fields.Refuse(name, $"has {tokens} tokens; the context has room for {contextLength}");
        }
    }

    /// <summary>Reads the rest of a request, and refuses it if anything was wrong.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="prompts">The prompts' tokens.</param>
    /// <param name="choices">How many texts for each.</param>
    /// <param name="sampling">The settings.</param>
    /// <param name="logProbabilities">Alternatives that <c>logprobs</c> lists, or null.</param>
    /// <param name="echo">Whether the prompts are part of the answer, and so their tokens among those that are scored.</param>
    /// <param name="capacity">The most texts that a request can have.</param>
    /// <exception cref="ApiException">400, with all problems.</exception>
    public static TextRequest Finish(
        JsonFields fields, IReadOnlyList<int[]> prompts, int choices, SamplingOptions sampling, int? logProbabilities, bool echo, int capacity)
    {
        _ = fields.Text("model");
        bool stream = fields.Flag("stream");
        bool includeUsage = false;
        if (fields.Object("stream_options") is JsonElement streamOptions)
        {
            JsonFields inner = new(streamOptions);
            includeUsage = inner.Flag("include_usage");
            Adopt(fields, inner, "stream_options");
        }

        (int? details, bool angles) = Details(fields);
        fields.RefuseUnsupported("logit_bias", "leave it out");
        if (prompts.Count * choices > capacity)
        {
            fields.Refuse("n", $"times the number of prompts is {prompts.Count * choices}; at most {capacity} texts can be asked for at once");
        }

        int? top = logProbabilities is null && details is null ? null : Math.Max(logProbabilities ?? 0, details ?? 0);
        bool scorePrompt = echo && top is not null;
        if (scorePrompt && prompts.Sum(prompt => (long)prompt.Length) * choices * (top!.Value + 1) is long scores and > MaxScores)
        {
            fields.Refuse(logProbabilities is null ? "token_details" : "logprobs", $"would give {scores} probabilities of prompts; at most {MaxScores} can be asked for at once");
        }

        fields.ThrowIfInvalid();
        List<SequenceOrder> orders = [];
        foreach (int[] prompt in prompts)
        {
            for (int choice = 0; choice < choices; choice++)
            {
                // Several texts from one seed would be one text several times.
                SamplingOptions own = sampling.Seed < 0 || choice == 0 ? sampling : sampling with { Seed = (sampling.Seed + choice) & long.MaxValue };
                orders.Add(new SequenceOrder(orders.Count, prompt, own) { Top = top, ScorePrompt = scorePrompt, Angles = angles });
            }
        }

        return new TextRequest(orders) { Stream = stream, IncludeUsage = includeUsage, LogProbabilities = logProbabilities, Details = details };
    }

    private static (int? Top, bool Angles) Details(JsonFields fields)
    {
        if (fields.Object("token_details") is not JsonElement element)
        {
            return (null, false);
        }

        JsonFields inner = new(element);
        int top = (int)(inner.Integer("top", 0, MaxAlternatives) ?? 0);
        bool angles = inner.Flag("angles");
        Adopt(fields, inner, "token_details");
        return (top, angles);
    }

    private static void Adopt(JsonFields fields, JsonFields inner, string name)
    {
        try
        {
            inner.ThrowIfInvalid();
        }
        catch (ApiException wrong)
        {
            fields.Refuse(name, $"is wrong: {wrong.Message}");
        }
    }
}
