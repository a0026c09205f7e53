namespace NGpt.Torch.Training;

/// <summary>How well the model predicts held-out text.</summary>
/// <param name="Step">Steps taken before the evaluation.</param>
/// <param name="Loss">Mean cross-entropy in nats a token.</param>
/// <param name="BitsPerByte">Cross-entropy in bits over the UTF-8 bytes of the predicted tokens: comparable across tokenizers.</param>
/// <param name="Tokens">Predicted tokens.</param>
/// <param name="IsBest">Whether it is the lowest loss of the run so far.</param>
public sealed record EvaluationReport(int Step, double Loss, double BitsPerByte, long Tokens, bool IsBest)
{
    /// <summary>exp of the loss: the effective number of equally likely next tokens.</summary>
    public double Perplexity => Math.Exp(Loss);
}
