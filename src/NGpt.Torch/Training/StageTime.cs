namespace NGpt.Torch.Training;

/// <summary>Time of one kind of work within a training step.</summary>
/// <param name="Stage">What was done, for example "matrix products".</param>
/// <param name="Milliseconds">Wall-clock time.</param>
public sealed record StageTime(string Stage, double Milliseconds);
