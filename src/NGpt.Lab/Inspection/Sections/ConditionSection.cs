using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report on the condition numbers of the projections.</summary>
internal static class ConditionSection
{
    public static ReportSection Of(InspectionResult result) => new(
        "Condition numbers",
        [
            "The condition number of a matrix is its largest singular value over its smallest: 1 for a rotation, infinite for a matrix that forgets a direction. For attention it is taken of each head's rows of Wq, Wk and Wv and of each head's columns of Wo, and the median over the heads is shown.",
        ])
    {
        Tables = [Medians(result), ByLayer(result)],
        Figures =
        [
            Figure(result, "attention-conditions", "Condition numbers of attention matrices", MatrixConditions.Attention),
            Figure(result, "mlp-conditions", "Condition numbers of MLP matrices", MatrixConditions.Mlp),
        ],
    };

    private static Figure Figure(InspectionResult result, string name, string title, IReadOnlyList<MatrixKind> kinds) => new()
    {
        Name = name,
        Title = title,
        Caption = $"By layer: the median of {string.Join(", ", kinds.Select(KindNames.Of))}, with a band from the lowest to the highest of them. Lower is better conditioned.",
        X = new FigureAxis("layer"),
        Y = new FigureAxis("condition number") { IsLogarithmic = true },
        Series = [.. result.Models.Select(model => Series(model, kinds))],
    };

    private static FigureSeries Series(ModelInspection model, IReadOnlyList<MatrixKind> kinds)
    {
        MatrixConditions[] chosen = [.. model.Conditions.Where(conditions => kinds.Contains(conditions.Kind))];
        Distribution[] layers = [.. Enumerable.Range(0, model.Config.LayerCount)
            .Select(layer => Distribution.Of([.. chosen.Select(conditions => conditions.ByLayer[layer])]))];
        return new FigureSeries
        {
            Name = model.Name,
            Kind = SeriesKind.LineAndPoints,
            Color = model.Color,
            X = ModelSeries.Layers(model),
            Y = [.. layers.Select(layer => ModelSeries.Positive(layer.Median))],
            Band = new FigureBand(
                "lowest and highest matrix", [.. layers.Select(layer => ModelSeries.Positive(layer.Least))], [.. layers.Select(layer => ModelSeries.Positive(layer.Most))]),
        };
    }

    private static ReportTable Medians(InspectionResult result) => new(
        "condition-numbers",
        "Condition numbers, median over the layers",
        ["matrix", .. result.Models.Select(model => model.Name)],
        [
            ["E_in", .. result.Models.Select(model => NumberText.Of(model.TokenEmbedding.Condition))],
            ["E_out", .. result.Models.Select(model => NumberText.Of(model.OutputEmbedding.Condition))],
            .. Kinds.Select(kind => (IReadOnlyList<string>)[KindNames.Of(kind), .. result.Models.Select(model => NumberText.Of(Conditions(model, kind).Median))]),
        ]);

    private static ReportTable ByLayer(InspectionResult result) => new(
        "condition-numbers-by-layer",
        "Condition numbers by layer",
        ["model", "layer", .. Kinds.Select(KindNames.Of)],
        [.. from model in result.Models
            from layer in Enumerable.Range(0, model.Config.LayerCount)
            select (IReadOnlyList<string>)[model.Name, $"{layer + 1}", .. Kinds.Select(kind => NumberText.Of(Conditions(model, kind).ByLayer[layer]))]]);

    private static IEnumerable<MatrixKind> Kinds => MatrixConditions.Attention.Concat(MatrixConditions.Mlp);

    private static MatrixConditions Conditions(ModelInspection model, MatrixKind kind) => model.Conditions.Single(conditions => conditions.Kind == kind);
}
