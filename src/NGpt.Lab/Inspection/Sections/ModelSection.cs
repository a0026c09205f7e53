using NGpt.Core.Configuration;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report that says which models were inspected.</summary>
internal static class ModelSection
{
    public static ReportSection Of(InspectionResult result) => new("Models", [])
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
