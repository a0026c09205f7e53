using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The section on the condition numbers of the projections.</summary>
internal static class ConditionSection
{
    public static ReportSection Of(InspectionResult result) => new(
        "Condition numbers",
        [
            "The condition number of a matrix is its largest singular value over its smallest: 1 for a rotation, infinite for a singular matrix. For attention it is that of each head's rows of Wq, Wk and Wv and of each head's columns of Wo; the median over the heads is shown.",
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
        Caption = $"By layer: the median of {string.Join(", ", kinds.Select(kind => kind.DisplayName()))}, with a band from the lowest to the highest of them. Lower is better conditioned.",
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
                "lowest and highest matrix", [.. layers.Select(layer => ModelSeries.Positive(layer.Min))], [.. layers.Select(layer => ModelSeries.Positive(layer.Max))]),
        };
    }

    private static ReportTable Medians(InspectionResult result) => new(
        "condition-numbers",
        "Condition numbers, median over the layers",
        ["matrix", .. result.Models.Select(model => model.Name)],
        [
            ["E_in", .. result.Models.Select(model => NumberText.Of(model.TokenEmbedding.Condition))],
            ["E_out", .. result.Models.Select(model => NumberText.Of(model.OutputEmbedding.Condition))],
            .. Kinds.Select(kind => (IReadOnlyList<string>)[kind.DisplayName(), .. result.Models.Select(model => NumberText.Of(Conditions(model, kind).Median))]),
        ]);

    private static ReportTable ByLayer(InspectionResult result) => new(
        "condition-numbers-by-layer",
        "Condition numbers by layer",
        ["model", "layer", .. Kinds.Select(kind => kind.DisplayName())],
        [.. from model in result.Models
            from layer in Enumerable.Range(0, model.Config.LayerCount)
            select (IReadOnlyList<string>)[model.Name, $"{layer + 1}", .. Kinds.Select(kind => NumberText.Of(Conditions(model, kind).ByLayer[layer]))]]);

    private static IEnumerable<MatrixKind> Kinds => MatrixConditions.Attention.Concat(MatrixConditions.Mlp);

    private static MatrixConditions Conditions(ModelInspection model, MatrixKind kind) => model.Conditions.Single(conditions => conditions.Kind == kind);
}

/// <summary>The section on nGPT's learned scales; null without nGPT.</summary>
internal static class ScaleSection
{
    private const int Bins = 60;

    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Scales.Count > 0)];
        return models.Length == 0 ? null : new ReportSection(
            "Learned scales of nGPT",
            ["Effective values, by which the model multiplies. The eigen learning rates |α| are the step of the hidden state towards the output of attention or the MLP: 0 is no step, 1 replaces the state. Layers are numbered from 1."])
        {
            Tables = [Table(models)],
            Figures =
            [
                ByLayer(models, "eigen-learning-rates", "Eigen learning rates", "By layer, mean over the width: the step towards the output of attention and of the MLP.", ScaleKind.AttentionAlpha, ScaleKind.MlpAlpha),
                ByLayer(models, "query-key-scale", "Query and key scale |s_qk|", "By layer, mean over heads and width, without the sign, which cancels in the product of queries and keys. The scale replaces the norms of queries and keys, and so determines how sharp attention can be.", ScaleKind.QueryKey),
                ByLayer(models, "mlp-scales", "MLP scales s_u and s_v", "By layer, mean over the hidden width, s_v without the constant √C. s_v determines which part of the gate's nonlinearity is used.", ScaleKind.Up, ScaleKind.Gate),
                LogitScale(models),
            ],
        };
    }

    private static Figure ByLayer(ModelInspection[] models, string name, string title, string caption, params ScaleKind[] kinds) => new()
    {
        Name = name,
        Title = title,
        Caption = caption,
        X = new FigureAxis("layer"),
        Y = new FigureAxis("effective value"),
        Series = [.. from model in models
                     from kind in kinds
                     select ModelSeries.Means(
                         model, kind.DisplayName(), isDashed: kind != kinds[0], ModelSeries.Layers(model), [.. model.ScalesOf(kind).Select(scale => Distribution.Of(scale.Values))])],
    };

    private static Figure LogitScale(ModelInspection[] models)
    {
        double[][] values = [.. models.Select(model => model.ScalesOf(ScaleKind.Logit).Single().Values)];
        double low = Math.Min(0, 1.05 * values.Min(ofModel => ofModel.Min()));
        double high = Math.Max(1, 1.05 * values.Max(ofModel => ofModel.Max()));
        return new Figure
        {
            Name = "logit-scale",
            Title = "Logit scale s_z",
            Caption = "One value per token: since both vectors of a logit have unit norm, s_z determines how confident a prediction can be. A negative value reverses the direction of the vector in E_out.",
            X = new FigureAxis("effective value") { Min = low, Max = high },
            Y = new FigureAxis("share of the tokens", "%") { Min = 0 },
            Series = [.. models.Select((model, i) => ModelSeries.Histogram(model, Histogram.Of(values[i], low, high, Bins)))],
        };
    }

    private static ReportTable Table(ModelInspection[] models) => new(
        "learned-scales",
        "Learned scales, effective values",
        ["scale", "model", "layer", "mean", "10th percentile", "90th percentile", "min", "max", "values"],
        [.. from kind in Enum.GetValues<ScaleKind>() from model in models from scale in model.ScalesOf(kind) select Row(model, scale)]);

    private static string[] Row(ModelInspection model, LearnedScale scale)
    {
        Distribution values = Distribution.Of(scale.Values);
        return
        [
            scale.Kind.DisplayName(), model.Name, scale.Layer is int layer ? $"{layer + 1}" : "", NumberText.Of(values.Mean), NumberText.Of(values.P10),
            NumberText.Of(values.P90), NumberText.Of(values.Min), NumberText.Of(values.Max), $"{values.Count:N0}",
        ];
    }
}

/// <summary>The section on the norms of nGPT's matrices.</summary>
internal static class SphereSection
{
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.NormErrors.Count > 0)];
        return models.Length == 0 ? null : new ReportSection(
            "On the hypersphere",
            ["The norm error is |norm − 1|: the maximum over all rows or columns that nGPT keeps at unit norm. Rounding to float32 causes about 1e-7."])
        {
            Tables =
            [
                new ReportTable(
                    "hypersphere",
                    "Maximum norm error",
                    ["matrix", "model", "max norm error", "parameter"],
                    [.. from model in models
                        from error in model.NormErrors
                        select (IReadOnlyList<string>)[error.Kind.DisplayName(), model.Name, NumberText.Of(error.Max), error.Name]]),
            ],
        };
    }
}
