using NGpt.Core.Configuration;
using NGpt.Lab.Inspection.Sections;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection;

/// <summary>Makes the report of an inspection.</summary>
internal static class InspectionReport
{
    /// <summary>The report of an inspection.</summary>
    public static Report Of(InspectionResult result, ReportOrigin origin)
    {
        ReportSection?[] sections =
        [
            Models(result), EmbeddingSection.Of(result), ConditionSection.Of(result), ScaleSection.Of(result),
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

    /// <summary>The options of an inspection, for the origin of its report.</summary>
    public static IReadOnlyList<(string Label, string Value)> Configuration(InspectionRequest request)
    {
        return
        [
            ("Models", string.Join(", ", request.Paths)),
            ("Checkpoints", request.Checkpoint.Text),
            ("Held-out text", request.SkipsData ? "none" : request.Data ?? "that of each run"),
            ("Windows of the longest context", request.SkipsData ? "none" : $"{request.Windows:N0}"),
            ("Precision", "float64 from float32 weights; forward passes in float32, on the CPU"),
        ];
    }

    private static ReportSection Models(InspectionResult result) => new("Models", [])
    {
        Tables =
        [
            new ReportTable(
                "models",
                "Models",
                ["model", "parameters", "layers", "heads", "width", "MLP width", "context", "vocabulary", "step", "checkpoint", "held-out text"],
                [.. result.Models.Select(Row)]),
        ],
    };

    private static string[] Row(ModelInspection model)
    {
        ModelConfig config = model.Config;
        string step = model.Step is int taken ? $"{taken:N0}{(model.StepsOfRun is int all ? $" of {all:N0}" : "")}" : "unknown";
        return
        [
            model.Name, $"{config.ParameterCount:N0}", $"{config.LayerCount}", $"{config.HeadCount}", $"{config.EmbeddingWidth:N0}", $"{config.MlpWidth:N0}",
            $"{config.ContextLength:N0}", $"{config.VocabularySize:N0}", step, model.Checkpoint, model.Text?.Source ?? "none",
        ];
    }
}
