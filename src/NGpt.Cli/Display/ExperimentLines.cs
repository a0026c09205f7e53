using System.Globalization;
using NGpt.Lab.Runs;

namespace NGpt.Cli.Display;

/// <summary>What is said of an experiment, the same on a terminal and elsewhere.</summary>
internal static class ExperimentLines
{
    public static IReadOnlyList<(string Label, string Value)> Of(ExperimentPlan plan) =>
    [
        .. plan.Facts,
        ("runs", $"{plan.RunCount}{(plan.MaxFurtherRuns > 0 ? $", and up to {plan.MaxFurtherRuns} where the best learning rate lies at an end" : "")}"),
        ("time", $"about {Figure.Duration(plan.Estimate)} here{(plan.Budget is TimeSpan budget ? $", at max {Figure.Duration(budget)}" : "")}"),
    ];

    public static string Of(RunResult result, bool wasThere)
    {
        string outcome = result.Recorded is RecordedRun run
            ? string.Create(CultureInfo.InvariantCulture, $"{run.Last.BitsPerByte:0.0000} bits per byte, {Figure.Count(1 / run.SecondsPerToken)} tokens/s")
            : "diverged";
        return $"{result.Planned.Name}  {outcome}{(wasThere ? "  (done before)" : "")}";
    }
}
