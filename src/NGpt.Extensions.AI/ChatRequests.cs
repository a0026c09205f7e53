using System.Globalization;
using Microsoft.Extensions.AI;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;

namespace NGpt.Extensions.AI;

/// <summary>Converts requests of Microsoft.Extensions.AI to those of the runtime.</summary>
internal static class ChatRequests
{
    /// <summary>Converts a message.</summary>
    public static ChatTurn Turn(ChatMessage message)
    {
        if (message.Contents.FirstOrDefault(content => content is not TextContent) is AIContent other)
        {
            throw new UsageException($"a message has {other.GetType().Name}; the model supports only text", "leave it out");
        }

        return new ChatTurn(message.Role.Value, message.Text);
    }

    /// <summary>
    /// The settings of a request over the defaults. Settings without a property in <see cref="ChatOptions"/> are additional
    /// properties under their HTTP names, such as <c>min_p</c>.
    /// </summary>
    public static SamplingOptions Sampling(ChatOptions? options, SamplingOptions defaults, ChatTemplate template)
    {
        if (options?.Tools is { Count: > 0 })
        {
            throw new UsageException("the model cannot call tools", "leave ChatOptions.Tools out");
        }

        if (options?.ResponseFormat is ChatResponseFormatJson)
        {
            throw new UsageException("JSON output is not supported in the same process", "leave ChatOptions.ResponseFormat out, or use the server of ngpt serve");
        }

        SamplingOptions sampling = defaults with
        {
            Temperature = Exact(options?.Temperature) ?? defaults.Temperature,
            TopP = Exact(options?.TopP) ?? defaults.TopP,
            TopK = options?.TopK ?? defaults.TopK,
            MaxTokens = options?.MaxOutputTokens ?? defaults.MaxTokens,
            Seed = options?.Seed ?? defaults.Seed,
            PresencePenalty = Exact(options?.PresencePenalty) ?? defaults.PresencePenalty,
            FrequencyPenalty = Exact(options?.FrequencyPenalty) ?? defaults.FrequencyPenalty,
            StopStrings = StopStrings.Create([.. template.Stops, .. defaults.StopStrings, .. options?.StopSequences ?? []]),
        };
        sampling = SamplingSetting.All.Aggregate(sampling, (sampling, setting) => WithAdditional(sampling, setting, options));
        sampling.ThrowIfInvalid();
        return sampling;
    }

    private static SamplingOptions WithAdditional(SamplingOptions sampling, SamplingSetting setting, ChatOptions? options)
    {
        if (options?.AdditionalProperties?.TryGetValue(setting.JsonName, out object? value) != true)
        {
            return sampling;
        }

        try
        {
            return setting switch
            {
                SamplingSetting<double> number => number.With(sampling, Convert.ToDouble(value, CultureInfo.InvariantCulture)),
                SamplingSetting<int> integer => integer.With(sampling, Convert.ToInt32(value, CultureInfo.InvariantCulture)),
                SamplingSetting<long> integer => integer.With(sampling, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
                SamplingSetting<bool> flag => flag.With(sampling, Convert.ToBoolean(value, CultureInfo.InvariantCulture)),
                _ => throw new UsageException($"the additional property {setting.JsonName} is not supported", "set ChatOptions.StopSequences"),
            };
        }
        catch (Exception failure) when (failure is InvalidCastException or FormatException or OverflowException)
        {
            throw new UsageException($"the additional property {setting.JsonName} has an invalid value; allowed: {setting.Range}");
        }
    }

    // 0.9f means 0.9, not 0.89999998: the decimal that the caller wrote.
    private static double? Exact(float? value) => value is float given ? double.Parse(given.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
