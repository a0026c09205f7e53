using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>The fields that completions and chat completions have in common.</summary>
internal static class RequestFields
{
    /// <summary>Maximum number of alternatives per token.</summary>
    public const int MaxAlternatives = 20;

    // Scored prompts are held until they are sent: this many numbers are some 50 MB of JSON.
    private const long MaxPromptScores = 1 << 20;

    // A prompt somewhat too long is counted, for the message.
    private const int MaxCountedContexts = 4;
    private const int MaxCountedTokens = 4096;

    private const string ContextLengthExceeded = "context_length_exceeded";
    private const int MaxStopStringLength = 1024;
    private const string TopK = "top_k";

    /// <summary>Reads the common fields.</summary>
    public static GenerationRequest Read(JsonFields fields, IReadOnlyList<int[]> prompts, int defaultMaxTokens, LoadedModel loaded, ServerOptions limits)
    {
        int choices = (int)(fields.Integer("n", 1, limits.MaxChoices) ?? 1);
        SamplingOptions sampling = ReadSampling(fields, loaded.Model.Defaults with { MaxTokens = loaded.Model.DefaultMaxTokens ?? defaultMaxTokens }, limits);
        _ = fields.String("model");
        GenerationRequest request = new(prompts, sampling) { Choices = choices, Stream = fields.Boolean("stream") ?? false, CachesPrompt = fields.Boolean("cache_prompt") ?? true };
        fields.ReadObject("stream_options", inner => request = request with { IncludeUsage = inner.Boolean("include_usage") ?? false });
        fields.ReadObject("token_details", inner => request = request with
        {
            TokenDetails = (int)(inner.Integer("top", 0, MaxAlternatives) ?? 0),
            Angles = inner.Boolean("angles") ?? false,
        });
        UnsupportedFields.Reject(fields);
        return request with { Constraints = ConstraintFields.Read(fields, sampling, loaded) };
    }

    /// <summary>The tokens of a prompt; null where they cannot be computed. What is far too long is not tokenized to its end.</summary>
    public static int[]? Encode(JsonFields fields, string name, string text, LoadedModel loaded)
    {
        int max = (MaxCountedContexts * loaded.Scheduler.ContextLength) + MaxCountedTokens;
        try
        {
            if (loaded.Model.Tokenizer.EncodePromptAtMost(text, max) is int[] tokens)
            {
                CheckPromptLength(fields, name, tokens.Length, loaded);
                return tokens;
            }

            fields.Reject(name, $"has more than {max} tokens; the context length is {loaded.Scheduler.ContextLength}", ContextLengthExceeded);
        }
        catch (UsageException error)
        {
            fields.Reject(name, $"cannot be encoded with the model's vocabulary: {error.Message}");
        }

        return null;
    }

    /// <summary>Checks the length of a prompt.</summary>
    public static void CheckPromptLength(JsonFields fields, string name, int tokens, LoadedModel loaded)
    {
        if (tokens > loaded.Scheduler.ContextLength)
        {
            fields.Reject(name, $"has {tokens} tokens; the context length is {loaded.Scheduler.ContextLength}", ContextLengthExceeded);
        }
    }

    /// <summary>Checks the size of the whole request, and ends its validation.</summary>
    public static GenerationRequest Validate(JsonFields fields, GenerationRequest request, LoadedModel loaded)
    {
        int max = loaded.Scheduler.MaxSequences;
        if (request.SequenceCount > max)
        {
            fields.Reject("n", $"times the number of prompts is {request.SequenceCount}; a request can have at most {max} sequences");
        }

        if (request.ScorePrompt && request.Prompts.Sum(prompt => (long)prompt.Length) * request.Choices * (request.Alternatives!.Value + 1) is long scores and > MaxPromptScores)
        {
            string field = request.LogProbabilities is null ? "token_details" : "logprobs";
            fields.Reject(field, $"would return {scores} probabilities of prompt tokens; at most {MaxPromptScores} are allowed in a request");
        }

        fields.ThrowIfInvalid();
        return request;
    }

    private static SamplingOptions ReadSampling(JsonFields fields, SamplingOptions defaults, ServerOptions limits)
    {
        SamplingOptions options = SamplingSetting.All.Aggregate(defaults, (options, setting) => setting switch
        {
            SamplingSetting<double> number => Read(fields, setting, fields.Number) is double value ? number.With(options, value) : options,
            SamplingSetting<int> integer => Read(fields, setting, name => fields.Integer(name, MinOf(integer), int.MaxValue)) is long value ? integer.With(options, Unlimited(integer, (int)value)) : options,
            SamplingSetting<long> integer => Read(fields, setting, name => fields.Integer(name, long.MinValue, long.MaxValue)) is long value ? integer.With(options, SeedOf(value)) : options,
            SamplingSetting<bool> flag => Read(fields, setting, fields.Boolean) is bool value ? flag.With(options, value) : options,
            SamplingSetting<StopStrings> stops => ReadStopStrings(fields, setting.JsonName, limits.MaxStopStrings) is StopStrings value ? stops.With(options, value) : options,
            _ => throw new NotSupportedException(setting.Property),
        });
        options = options with
        {
            MaxTokens = Math.Min(options.MaxTokens, limits.MaxTokens ?? int.MaxValue),
            TopK = options.TopK == -1 ? 0 : options.TopK,
        };
        foreach ((string name, string problem) in options.Validate(setting => setting.JsonName))
        {
            fields.Reject(name, problem);
        }

        return options;

        // -1 draws a seed; of other negative ones the sign is dropped, so that they are seeds as well.
        static long SeedOf(long value) => value < -1 ? value & long.MaxValue : value;

        // Other servers write -1 for "all tokens".
        static long MinOf(SamplingSetting<int> setting) => setting.JsonName == TopK || IsMaxTokens(setting) || setting.Accepts(-1) ? -1 : 0;

        // And for "until the context is full".
        static int Unlimited(SamplingSetting<int> setting, int value) => IsMaxTokens(setting) && value == -1 ? int.MaxValue : value;

        static bool IsMaxTokens(SamplingSetting setting) => setting.Property == nameof(SamplingOptions.MaxTokens);
    }

    private static T? Read<T>(JsonFields fields, SamplingSetting setting, Func<string, T?> read)
        where T : struct
    {
        string first = setting.JsonName;
        T? value = read(first);
        foreach (string alias in setting.JsonAliases)
        {
            if (read(alias) is not T other)
            {
                continue;
            }

            if (value is T given && !given.Equals(other))
            {
                fields.Reject(alias, $"differs from {first}: give one of them");
            }

            (first, value) = value is null ? (alias, other) : (first, value);
        }

        return value;
    }

    private static StopStrings? ReadStopStrings(JsonFields fields, string name, int max)
    {
        if (!fields.TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > max)
        {
            fields.Reject(name, $"has {value.GetArrayLength()} strings; at most {max} are allowed");
            return null;
        }

        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            fields.Reject(name, "must be a string or a list of strings");
            return null;
        }

        List<string> stops = [];
        foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : (JsonElement[])[value])
        {
            if (fields.AsString(name, element) is string text)
            {
                stops.Add(text);
            }
        }

        if (stops.Any(stop => stop.Length > MaxStopStringLength))
        {
            fields.Reject(name, $"has a string of more than {MaxStopStringLength} characters");
        }

        return StopStrings.Create([.. stops]);
    }
}
