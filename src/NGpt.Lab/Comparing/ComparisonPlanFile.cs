using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>The plan of a comparison on disk: <c>comparison.json</c> in its folder.</summary>
internal static class ComparisonPlanFile
{
    /// <summary>Reads and writes it.</summary>
    public static PlanFile<ComparisonPlan> Instance { get; } = new(
        "comparison.json",
        "a comparison",
        ComparisonPlan.CurrentVersion,
        plan => plan is { Steps: >= 1, EvalInterval: >= 1, NGptRates.Count: >= 1, GptRates.Count: >= 1, GptWeightDecays.Count: >= 1, GptWarmups.Count: >= 1, Seeds.Count: >= 1 });
}
