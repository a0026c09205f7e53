namespace NGpt.Torch.Training;

/// <summary>Figures of one optimizer step.</summary>
/// <param name="Step">Steps taken so far, this one included: 1 after the first.</param>
/// <param name="Loss">Mean cross-entropy of the step's batch, in nats a token, before the update.</param>
/// <param name="GradientNorm">Global L2 norm of the gradient before clipping.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="TokensPerSecond">Tokens of the step over its seconds.</param>
/// <param name="Milliseconds">Time of the step, in milliseconds.</param>
/// <param name="DataWaitMilliseconds">Time of the step that was spent waiting for its tokens, in milliseconds.</param>
/// <param name="Tokens">Tokens trained on so far.</param>
/// <param name="NormError">Largest distance of a hypersphere norm from 1 after the step; null for the baseline or where not measured.</param>
/// <param name="Remaining">Estimate of the time left to the last step.</param>
public sealed record StepReport(
    int Step,
    double Loss,
    double GradientNorm,
    double LearningRate,
    double TokensPerSecond,
    double Milliseconds,
    double DataWaitMilliseconds,
    long Tokens,
    double? NormError,
    TimeSpan Remaining);
