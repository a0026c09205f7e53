namespace NGpt.Core.Evaluation;

/// <summary>The loss of the tokens that counted in one window of a text.</summary>
/// <param name="Loss">Sum of their losses in nats.</param>
/// <param name="Tokens">How many there are.</param>
public readonly record struct WindowLoss(double Loss, int Tokens);
