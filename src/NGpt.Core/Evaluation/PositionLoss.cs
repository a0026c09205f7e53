namespace NGpt.Core.Evaluation;

/// <summary>The loss of the tokens that had about as many tokens before them in their window.</summary>
/// <param name="First">The fewest tokens seen.</param>
/// <param name="Last">The most tokens seen.</param>
/// <param name="Tokens">Predicted tokens.</param>
/// <param name="Loss">Their mean loss in nats a token.</param>
public sealed record PositionLoss(int First, int Last, long Tokens, double Loss);
