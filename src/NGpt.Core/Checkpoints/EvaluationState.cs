namespace NGpt.Core.Checkpoints;

/// <summary>An evaluation as a checkpoint remembers it.</summary>
/// <param name="Step">Steps taken before it.</param>
/// <param name="Loss">Nats a token.</param>
/// <param name="BitsPerByte">Bits a byte of text.</param>
/// <param name="Tokens">Predicted tokens.</param>
public sealed record EvaluationState(int Step, double Loss, double BitsPerByte, long Tokens);
