namespace NGpt.Core.Evaluation;

/// <summary>How a model expected a token.</summary>
/// <param name="LogProbability">Natural logarithm of its probability given the tokens before it.</param>
/// <param name="IsMostLikely">Whether no token had a larger probability there.</param>
public readonly record struct TokenScore(float LogProbability, bool IsMostLikely);
