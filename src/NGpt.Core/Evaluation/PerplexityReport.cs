namespace NGpt.Core.Evaluation;

/// <summary>How well a model predicts a text.</summary>
public sealed record PerplexityReport
{
    /// <summary>Predicted tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>Bytes of text that the predicted tokens stand for.</summary>
    public required long Bytes { get; init; }

    /// <summary>Windows that were scored.</summary>
    public required long Windows { get; init; }

    /// <summary>Tokens that the model saw at once.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Tokens from the beginning of a window to that of the next.</summary>
    public required int Stride { get; init; }

    /// <summary>Mean cross-entropy in nats a token.</summary>
    public required double Loss { get; init; }

    /// <summary>Standard error of <see cref="Loss"/>, from the spread of the windows; null for a single window.</summary>
    public required double? StandardError { get; init; }

    /// <summary>The loss of every window, in the order of the text.</summary>
    public required IReadOnlyList<WindowLoss> WindowLosses { get; init; }

    /// <summary>The loss by the number of tokens seen: 1, 2, 3 to 4, 5 to 8, and so on.</summary>
    public required IReadOnlyList<PositionLoss> Positions { get; init; }

    /// <summary>exp of the loss: the effective number of equally likely next tokens.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Cross-entropy in bits over the bytes of the predicted tokens: comparable across tokenizers. Infinite where they have none.</summary>
    public double BitsPerByte => Loss * Tokens / Math.Log(2) / Bytes;
}
