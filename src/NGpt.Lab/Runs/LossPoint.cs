namespace NGpt.Lab.Runs;

/// <summary>One evaluation of a run on held-out text.</summary>
/// <param name="Tokens">Tokens trained on before it.</param>
/// <param name="Loss">Mean cross-entropy in nats a token.</param>
/// <param name="BitsPerByte">Cross-entropy in bits over the bytes of the predicted text.</param>
public readonly record struct LossPoint(long Tokens, double Loss, double BitsPerByte);
