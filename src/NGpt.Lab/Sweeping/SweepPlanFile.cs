using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>The plan of a sweep on disk: <c>sweep.json</c> in its folder.</summary>
internal static class SweepPlanFile
{
    /// <summary>Reads and writes it.</summary>
    public static PlanFile<SweepPlan> Instance { get; } = new(
        "sweep.json",
        "a sweep",
        SweepPlan.CurrentVersion,
        plan => plan is { Base: { Width: >= 1, Heads: >= 1, MlpWidth: >= 1, Layers: >= 1, Steps: >= 1 }, TokensPerStep: >= 1, Multiples: [1, _, ..], Rates.Count: >= 1, Seeds.Count: >= 1 }
            && plan.Multiples.All(multiple => multiple is >= 1 and <= SweepPlanner.MaxMultiple));
}
