using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report on nGPT's learned scales.</summary>
internal static class ScaleSection
{
    private const int Bins = 60;

    /// <summary>The section; null where no model has scales.</summary>
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Scales.Count > 0)];
        return models.Length == 0 ? null : new ReportSection(
            "Learned scales of nGPT",
            ["Effective values, as the model multiplies with them. The eigen learning rates |α| say how far a hidden state moves towards what attention or the MLP suggests: 0 stays, 1 goes all the way. Layers count from 1."])
        {
            Tables = [Table(models)],
            Figures =
            [
                ByLayer(models, "eigen-learning-rates", "Eigen learning rates", "By layer, mean over the width: the step towards the output of attention and of the MLP.", ScaleKind.AttentionAlpha, ScaleKind.MlpAlpha),
                ByLayer(models, "query-key-scale", "Query and key scale |s_qk|", "By layer, mean over heads and width, without the sign, which cancels in the product of queries and keys. The scale stands in for the length of queries and keys, and so decides how sharp attention can be.", ScaleKind.QueryKey),
                ByLayer(models, "mlp-scales", "MLP scales s_u and s_v", "By layer, mean over the hidden width, s_v without the constant √C. s_v decides where the gate's nonlinearity is used.", ScaleKind.Up, ScaleKind.Gate),
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
                         model, KindNames.Of(kind), isDashed: kind != kinds[0], ModelSeries.Layers(model), [.. model.ScalesOf(kind).Select(scale => Distribution.Of(scale.Values))])],
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
            Caption = "One value a token: since both vectors of a logit have unit length, s_z decides how sure a prediction can be. A negative value goes with a turned vector in E_out.",
            X = new FigureAxis("effective value") { Least = low, Most = high },
            Y = new FigureAxis("share of the tokens", "%") { Least = 0 },
            Series = [.. models.Select((model, i) => ModelSeries.Histogram(model, Histogram.Of(values[i], low, high, Bins)))],
        };
    }

    private static ReportTable Table(ModelInspection[] models) => new(
        "learned-scales",
        "Learned scales, effective values",
        ["scale", "model", "layer", "mean", "10th percentile", "90th percentile", "least", "largest", "values"],
        [.. from kind in Enum.GetValues<ScaleKind>() from model in models from scale in model.ScalesOf(kind) select Row(model, scale)]);

    private static string[] Row(ModelInspection model, LearnedScale scale)
    {
        Distribution values = Distribution.Of(scale.Values);
        return
        [
            KindNames.Of(scale.Kind), model.Name, scale.Layer is int layer ? $"{layer + 1}" : "", NumberText.Of(values.Mean), NumberText.Of(values.Low),
            NumberText.Of(values.High), NumberText.Of(values.Least), NumberText.Of(values.Most), $"{values.Count:N0}",
        ];
    }
}
