using NGpt.Lab.Inspection.Sections;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection;

/// <summary>Makes the report of an inspection.</summary>
public static class InspectionReport
{
    /// <summary>Puts figures, tables and findings together.</summary>
    /// <param name="result">The inspection.</param>
    /// <param name="origin">How it was made.</param>
    /// <returns>The report.</returns>
    public static Report Of(InspectionResult result, ReportOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(origin);
        ReportSection?[] sections =
        [
            ModelSection.Of(result), EmbeddingSection.Of(result), ConditionSection.Of(result), ScaleSection.Of(result),
            ResidualSection.Of(result), ContextSection.Of(result), SphereSection.Of(result),
        ];
        return new Report
        {
            Title = $"Inspection of {string.Join(", ", result.Models.Select(model => model.Name))}",
            Findings = InspectionFindings.Of(result),
            Cautions = result.Cautions,
            Sections = [.. sections.OfType<ReportSection>()],
            Origin = origin,
        };
    }

    /// <summary>How an inspection was made, for its origin.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Label and value.</returns>
    public static IReadOnlyList<(string Label, string Value)> Configuration(InspectionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return
        [
            ("Models", string.Join(", ", request.Paths)),
            ("Checkpoints", request.Checkpoint.Word),
            ("Held-out text", request.SkipsData ? "none" : request.Data ?? "that of each run"),
            ("Windows of the longest context", request.SkipsData ? "none" : $"{request.Windows:N0}"),
            ("Numbers", "float64 from float32 weights; forward passes in float32, on the CPU"),
        ];
    }
}
