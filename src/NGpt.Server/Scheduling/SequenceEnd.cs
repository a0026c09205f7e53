namespace NGpt.Server.Scheduling;

/// <summary>How a text ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">How many of them did not have to be computed.</param>
/// <param name="GeneratedTokens">Tokens chosen.</param>
/// <param name="Problem">What went wrong, for <see cref="EndReason.Error"/>.</param>
internal sealed record SequenceEnd(EndReason Reason, int PromptTokens, int CachedTokens, int GeneratedTokens, string? Problem = null);
