using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>A checked request for texts, of either interface.</summary>
/// <param name="Orders">The texts, in the order of their numbers.</param>
internal sealed record TextRequest(IReadOnlyList<SequenceOrder> Orders)
{
    /// <summary>Whether the answer is a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a stream ends with the numbers of tokens.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>What stands before each text in the answer; null where nothing does.</summary>
    public IReadOnlyList<string>? Echo { get; init; }

    /// <summary>How many of the likeliest tokens <c>logprobs</c> lists; null where it was not asked for.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>How many of the likeliest tokens <c>token_details</c> lists; null where it was not asked for.</summary>
    public int? Details { get; init; }
}
