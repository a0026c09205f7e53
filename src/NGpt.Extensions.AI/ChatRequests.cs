using System.Globalization;
using Microsoft.Extensions.AI;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;

namespace NGpt.Extensions.AI;

/// <summary>Requests in Microsoft.Extensions.AI's terms as what the runtime understands.</summary>
internal static class ChatRequests
{
    /// <summary>A message as a turn.</summary>
    /// <exception cref="UsageException">It holds something other than text.</exception>
    public static ChatTurn Turn(ChatMessage message)
    {
        if (message.Contents.FirstOrDefault(content => content is not TextContent) is AIContent other)
        {
            throw new UsageException($"a message holds {other.GetType().Name}; the model reads text only", "leave it out");
        }

        return new ChatTurn(message.Role.Value, message.Text);
    }

    /// <summary>The settings of a request over the defaults.</summary>
    /// <exception cref="UsageException">An option cannot be honoured, or is out of range.</exception>
    public static SamplingOptions Sampling(ChatOptions? options, SamplingOptions defaults, ChatTemplate template)
    {
        if (options?.Tools is { Count: > 0 })
        {
            throw new UsageException("tools were given; the model calls none", "leave ChatOptions.Tools out");
        }

        if (options?.ResponseFormat is ChatResponseFormatJson)
        {
            throw new UsageException("JSON was asked for; the model writes text", "leave ChatOptions.ResponseFormat out");
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
        sampling.RequireValid();
        return sampling;
    }

    // 0.9f means 0.9, not 0.89999998: the decimal that a person wrote.
    private static double? Exact(float? value) => value is float given ? double.Parse(given.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
