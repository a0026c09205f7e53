namespace NGpt.Server.Scheduling;

/// <summary>New output of one sequence of a request.</summary>
/// <param name="Index">The sequence's number: the <c>index</c> of its choice.</param>
/// <param name="Text">Text that can be shown now; often empty.</param>
internal sealed record GenerationEvent(int Index, string Text)
{
    /// <summary>Scored tokens: of the prompt first, then the newest one. Empty unless the request asked for them.</summary>
    public IReadOnlyList<ScoredToken> Tokens { get; init; } = [];

    /// <summary>The result, in the last event of the sequence.</summary>
    public SequenceResult? Result { get; init; }
}

/// <summary>How a sequence ended.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="CachedTokens">Prompt tokens that were reused from a slot.</param>
/// <param name="GeneratedTokens">Number of generated tokens.</param>
/// <param name="Error">What went wrong, for <see cref="EndReason.Error"/>.</param>
internal sealed record SequenceResult(EndReason Reason, int CachedTokens, int GeneratedTokens, string? Error = null)
{
    /// <summary>Mean log-probability of the generated tokens, where they are scored.</summary>
    public double MeanLogProbability { get; init; }
}
