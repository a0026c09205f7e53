namespace NGpt.Core.Generation;

/// <summary>A generated text and how it ended.</summary>
/// <param name="Text">The text without the prompt: what was streamed, in one piece.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="GeneratedTokens">Tokens sampled.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Seed">The seed that was used: giving it again to a new generator gives the same text.</param>
/// <param name="Elapsed">Time from the prompt to the last token.</param>
public sealed record GenerationResult(string Text, int PromptTokens, int GeneratedTokens, StopReason Reason, ulong Seed, TimeSpan Elapsed);
