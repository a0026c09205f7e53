using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report on the way of the residual stream.</summary>
internal static class ResidualSection
{
    /// <summary>The section; null where no model was measured on text.</summary>
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Text is not null)];
        return models.Length == 0 ? null : new ReportSection(
            "Residual stream",
            ["Over the tokens of held-out text: how far a hidden state turns at each step of the model, how far it has come from the token's embedding, and how long it is. nGPT's states stay on the unit sphere, so turning is all that they can do."])
        {
            Tables = [Table(models)],
            Figures = [StepAngles(models), StartAngles(models), Norms(models)],
        };
    }

    private static Figure StepAngles(ModelInspection[] models) => new()
    {
        Name = "residual-step-angles",
        Title = "Angle of every step",
        Caption = "Mean angle between the hidden state before and after the attention and the MLP step of each layer.",
        X = new FigureAxis("layer"),
        Y = new FigureAxis("angle", "degrees") { Least = 0 },
        Series = [.. models.SelectMany(model => new[]
        {
            ModelSeries.Means(model, "attention", isDashed: false, ModelSeries.Layers(model), [.. Travel(model).StepAngles.Where((_, step) => step % 2 == 0)]),
            ModelSeries.Means(model, "MLP", isDashed: true, ModelSeries.Layers(model), [.. Travel(model).StepAngles.Where((_, step) => step % 2 == 1)]),
        })],
    };

    private static Figure StartAngles(ModelInspection[] models) => new()
    {
        Name = "residual-start-angles",
        Title = "Angle from the token's embedding",
        Caption = "Mean angle between the token's embedding and the hidden state after each step; half a layer is its attention step. Independent random directions are at 90 degrees.",
        X = new FigureAxis("layers passed"),
        Y = new FigureAxis("angle", "degrees") { Least = 0 },
        Series = [.. models.Select(model => ModelSeries.Means(model, null, isDashed: false, Passed(Travel(model).StartAngles.Count, first: 1), Travel(model).StartAngles))],
    };

    private static Figure Norms(ModelInspection[] models) => new()
    {
        Name = "residual-norms",
        Title = "Norm of the residual stream",
        Caption = "Mean length of the hidden state before the first layer and after each step; half a layer is its attention step. nGPT's is 1; where it grows, later layers have less say.",
        X = new FigureAxis("layers passed"),
        Y = new FigureAxis("norm") { IsLogarithmic = true },
        Series = [.. models.Select(model => ModelSeries.Means(model, null, isDashed: false, Passed(Travel(model).Norms.Count, first: 0), Travel(model).Norms))],
    };

    private static double[] Passed(int count, int first) => [.. Enumerable.Range(first, count).Select(step => step / 2.0)];

    private static ReportTable Table(ModelInspection[] models) => new(
        "residual-stream",
        "Residual stream, means over tokens",
        ["model", "layer", "angle of attention (degrees)", "angle of MLP (degrees)", "angle from the embedding (degrees)", "norm"],
        [.. from model in models from layer in Enumerable.Range(0, model.Config.LayerCount) select Row(model, layer)]);

    private static string[] Row(ModelInspection model, int layer)
    {
        ResidualTravel travel = Travel(model);
        return
        [
            model.Name, $"{layer + 1}", NumberText.Of(travel.StepAngles[2 * layer].Mean), NumberText.Of(travel.StepAngles[(2 * layer) + 1].Mean),
            NumberText.Of(travel.StartAngles[(2 * layer) + 1].Mean), NumberText.Of(travel.Norms[(2 * layer) + 2].Mean),
        ];
    }

    private static ResidualTravel Travel(ModelInspection model) => model.Text!.Travel;
}
