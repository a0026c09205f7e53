using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>What a comparison found.</summary>
/// <param name="Plan">What it was to do.</param>
/// <param name="End">Why it ended before everything was trained, if it did.</param>
/// <param name="NGptChoice">How nGPT's recipe was chosen.</param>
/// <param name="GptChoice">How the baseline's recipe was chosen.</param>
/// <param name="NGptRuns">nGPT's finished runs, in the order of the seeds.</param>
/// <param name="GptRuns">The baseline's finished runs, in the order of the seeds.</param>
public sealed record ComparisonResult(
    ComparisonPlan Plan,
    SequenceEnd End,
    RecipeChoice NGptChoice,
    RecipeChoice GptChoice,
    IReadOnlyList<RecordedRun> NGptRuns,
    IReadOnlyList<RecordedRun> GptRuns)
{
    /// <summary>Seeds whose run diverged although its recipe was the best: names of the runs.</summary>
    public IReadOnlyList<string> Diverged { get; init; } = [];

    /// <summary>Whether both architectures have at least one finished run: enough for a report.</summary>
    public bool CanBeReported => NGptRuns.Count > 0 && GptRuns.Count > 0;

    /// <summary>Time of the steps of all runs, those that recipes were chosen with included.</summary>
    public TimeSpan TrainingTime => TimeSpan.FromSeconds(NGptRuns.Concat(GptRuns)
        .Concat(NGptChoice.Tried.Concat(GptChoice.Tried).Select(tried => tried.Result.Recorded).OfType<RecordedRun>())
        .Sum(run => run.TrainingTime.TotalSeconds));
}
