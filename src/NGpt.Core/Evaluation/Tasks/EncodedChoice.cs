namespace NGpt.Core.Evaluation.Tasks;

/// <summary>An answer as the model reads it.</summary>
/// <param name="Tokens">Context and continuation; at most one token more than the model sees at once.</param>
/// <param name="Scored">How many of the last tokens are the continuation, at least 1 and fewer than all.</param>
/// <param name="Characters">What the score is divided by for <c>acc_norm</c>.</param>
/// <param name="WasCut">Whether the beginning of the context was left out.</param>
public sealed record EncodedChoice(ReadOnlyMemory<int> Tokens, int Scored, int Characters, bool WasCut);
