using System.Text.Json;
using NGpt.Core.Sampling;

namespace NGpt.Server.Http;

/// <summary>The sampling settings of a request.</summary>
internal static class SamplingFields
{
    private const int MaxStopStringLength = 1024;

    /// <summary>Reads the settings.</summary>
    /// <param name="fields">The request; receives what is wrong.</param>
    /// <param name="defaults">What holds where the request does not say.</param>
    /// <param name="defaultMaxTokens">The most tokens where the request does not say.</param>
    /// <param name="limits">The server's limits.</param>
    public static SamplingOptions Read(JsonFields fields, SamplingOptions defaults, int defaultMaxTokens, ServerOptions limits)
    {
        long? maxTokens = fields.Integer("max_tokens", 0, int.MaxValue);
        long? maxCompletionTokens = fields.Integer("max_completion_tokens", 0, int.MaxValue);
        if (maxTokens is not null && maxCompletionTokens is not null && maxTokens != maxCompletionTokens)
        {
            fields.Refuse("max_completion_tokens", "differs from max_tokens: give one of them");
        }

        SamplingOptions options = new()
        {
            Temperature = fields.Number("temperature", defaults.Temperature),
            TopK = (int)(fields.Integer("top_k", -1, int.MaxValue) ?? defaults.TopK),
            TopP = fields.Number("top_p", defaults.TopP),
            MinP = fields.Number("min_p", defaults.MinP),
            RepeatPenalty = fields.Number("repeat_penalty", fields.Number("repetition_penalty", defaults.RepeatPenalty)),
            RepeatLastN = (int)(fields.Integer("repeat_last_n", -1, int.MaxValue) ?? defaults.RepeatLastN),
            PresencePenalty = fields.Number("presence_penalty", defaults.PresencePenalty),
            FrequencyPenalty = fields.Number("frequency_penalty", defaults.FrequencyPenalty),
            Seed = fields.Integer("seed", -1, long.MaxValue) ?? defaults.Seed,
            IgnoreEndOfText = fields.Flag("ignore_eos", defaults.IgnoreEndOfText),
            MaxTokens = (int)Math.Min(maxTokens ?? maxCompletionTokens ?? defaultMaxTokens, limits.MaxTokens ?? int.MaxValue),
            StopStrings = ReadStops(fields, limits.MaxStopStrings),
        };

        // Other servers' word for "all".
        options = options.TopK == -1 ? options with { TopK = 0 } : options;
        foreach (string problem in options.Validate())
        {
            int end = problem.IndexOf(' ', StringComparison.Ordinal);
            string property = problem[..end];
            bool isStop = property.StartsWith(nameof(SamplingOptions.StopStrings), StringComparison.Ordinal);
            fields.Refuse(isStop ? "stop" + property[nameof(SamplingOptions.StopStrings).Length..] : JsonNamingPolicy.SnakeCaseLower.ConvertName(property), problem[(end + 1)..]);
        }

        return options;
    }

    private static StopStrings ReadStops(JsonFields fields, int max)
    {
        if (!fields.TryGet("stop", out JsonElement value))
        {
            return StopStrings.None;
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > max)
        {
            fields.Refuse("stop", $"has {value.GetArrayLength()} texts; at most {max} are allowed");
            return StopStrings.None;
        }

        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            fields.Refuse("stop", "must be a string or a list of strings");
            return StopStrings.None;
        }

        List<string> stops = [];
        foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : (JsonElement[])[value])
        {
            if (fields.AsText("stop", element) is string text)
            {
                stops.Add(text);
            }
        }

        if (stops.Any(stop => stop.Length > MaxStopStringLength))
        {
            fields.Refuse("stop", $"has a text of more than {MaxStopStringLength} characters");
        }

        return StopStrings.Create([.. stops]);
    }
}
