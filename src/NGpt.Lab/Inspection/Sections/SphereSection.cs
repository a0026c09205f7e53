using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report on how well nGPT's matrices are on the hypersphere.</summary>
internal static class SphereSection
{
    /// <summary>The section; null where no model is to be on the hypersphere.</summary>
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Deviations.Count > 0)];
        return models.Length == 0 ? null : new ReportSection(
            "On the hypersphere",
            ["The largest distance from 1 of the norm of any row or column that nGPT keeps at unit length. Rounding to float32 leaves some 1e-7."])
        {
            Tables =
            [
                new ReportTable(
                    "hypersphere",
                    "Largest distance of a norm from 1",
                    ["matrix", "model", "largest distance", "where"],
                    [.. from model in models
                        from deviation in model.Deviations
                        select (IReadOnlyList<string>)[KindNames.Of(deviation.Kind), model.Name, NumberText.Of(deviation.Largest), deviation.Name]]),
            ],
        };
    }
}
