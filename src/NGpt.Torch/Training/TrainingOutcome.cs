namespace NGpt.Torch.Training;

/// <summary>How a run ended, with what it reached.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Step">Steps taken in all.</param>
/// <param name="RunFolder">Folder of the run.</param>
/// <param name="LastEvaluation">The newest evaluation, or null.</param>
/// <param name="BestEvaluation">The evaluation with the lowest loss, or null.</param>
/// <param name="Elapsed">Time of this call, without earlier parts of a resumed run.</param>
/// <param name="PeakMemory">Largest resident size of the process, in bytes.</param>
/// <param name="Sample">Text written by the trained model, or null where none was asked for.</param>
public sealed record TrainingOutcome(
    TrainingEnd End,
    int Step,
    string RunFolder,
    EvaluationReport? LastEvaluation,
    EvaluationReport? BestEvaluation,
    TimeSpan Elapsed,
    long PeakMemory,
    string? Sample)
{
    /// <summary>What computed, and why; null where nothing was computed.</summary>
    public EngineSummary? Engine { get; init; }
}
