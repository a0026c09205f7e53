using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The section on angles and norms of the residual stream; null where no model was measured on text.</summary>
internal static class ResidualSection
{
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Text is not null)];
        return models.Length == 0 ? null : new ReportSection(
            "Residual stream",
            ["Means over held-out tokens: the angle by which each sub-layer (attention or MLP) changes the hidden state, its angle from the token's embedding, and its norm. nGPT's hidden states stay on the unit sphere, so that only their direction changes."])
        {
            Tables = [Table(models)],
            Figures = [StepAngles(models), StartAngles(models), Norms(models)],
        };
    }

    private static Figure StepAngles(ModelInspection[] models) => new()
    {
        Name = "residual-step-angles",
        Title = "Angle of every sub-layer",
        Caption = "Mean angle between the hidden state before and after the attention and the MLP of each layer.",
        X = new FigureAxis("layer"),
        Y = new FigureAxis("angle", "degrees") { Min = 0 },
        Series = [.. models.SelectMany(model => new[]
        {
            ModelSeries.Means(model, "attention", isDashed: false, ModelSeries.Layers(model), [.. Trajectory(model).StepAngles.Where((_, step) => step % 2 == 0)]),
            ModelSeries.Means(model, "MLP", isDashed: true, ModelSeries.Layers(model), [.. Trajectory(model).StepAngles.Where((_, step) => step % 2 == 1)]),
        })],
    };

    private static Figure StartAngles(ModelInspection[] models) => new()
    {
        Name = "residual-start-angles",
        Title = "Angle from the token's embedding",
        Caption = "Mean angle between the token's embedding and the hidden state after each sub-layer; half a layer is its attention. Independent random directions are at 90 degrees.",
        X = new FigureAxis("layers passed"),
        Y = new FigureAxis("angle", "degrees") { Min = 0 },
        Series = [.. models.Select(model => ModelSeries.Means(model, null, isDashed: false, Passed(Trajectory(model).StartAngles.Count, first: 1), Trajectory(model).StartAngles))],
    };

    private static Figure Norms(ModelInspection[] models) => new()
    {
        Name = "residual-norms",
        Title = "Norm of the residual stream",
        Caption = "Mean norm of the hidden state before the first layer and after each sub-layer; half a layer is its attention. nGPT's is 1; where it grows, later layers have less influence.",
        X = new FigureAxis("layers passed"),
        Y = new FigureAxis("norm") { IsLogarithmic = true },
        Series = [.. models.Select(model => ModelSeries.Means(model, null, isDashed: false, Passed(Trajectory(model).Norms.Count, first: 0), Trajectory(model).Norms))],
    };

    private static double[] Passed(int count, int first) => [.. Enumerable.Range(first, count).Select(step => step / 2.0)];

    private static ReportTable Table(ModelInspection[] models) => new(
        "residual-stream",
        "Residual stream, means over tokens",
        ["model", "layer", "angle of attention (degrees)", "angle of MLP (degrees)", "angle from the embedding (degrees)", "norm"],
        [.. from model in models from layer in Enumerable.Range(0, model.Config.LayerCount) select Row(model, layer)]);

    private static string[] Row(ModelInspection model, int layer)
    {
        ResidualTrajectory trajectory = Trajectory(model);
        return
        [
            model.Name, $"{layer + 1}", NumberText.Of(trajectory.StepAngles[2 * layer].Mean), NumberText.Of(trajectory.StepAngles[(2 * layer) + 1].Mean),
            NumberText.Of(trajectory.StartAngles[(2 * layer) + 1].Mean), NumberText.Of(trajectory.Norms[(2 * layer) + 2].Mean),
        ];
    }

    private static ResidualTrajectory Trajectory(ModelInspection model) => model.Text!.Trajectory;
}

/// <summary>The section on contexts longer than those of training; null where no model was measured on text.</summary>
internal static class ContextSection
{
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Text is not null)];
        return models.Length == 0 ? null : new ReportSection(
            "Longer contexts",
            ["The same held-out tokens in windows of the context length of training and of its multiples: the predicted tokens are the same, so that the losses of a model differ by the context alone. The model is not changed for lengths that it was not trained on."])
        {
            Tables = [Table(models, result.LossesAreNats)],
            Figures = [ByLength(models, result.LossesAreNats), ByPosition(models, result.LossesAreNats)],
        };
    }

    /// <summary>Ranges of positions, first inclusive and end exclusive, each about a quarter as long as all before it.</summary>
    internal static IEnumerable<(int First, int End)> Ranges(int length)
    {
        for (int first = 0; first < length;)
        {
            int end = Math.Min(length, first + 1 + (first / 4));
            yield return (first, end);
            first = end;
        }
    }

    private static Figure ByLength(ModelInspection[] models, bool isNats) => new()
    {
        Name = "loss-by-context",
        Title = "Loss at longer contexts",
        Caption = "Mean loss over the same tokens, read in windows of different lengths. The vertical lines mark the context lengths of training.",
        X = new FigureAxis("context", "tokens") { IsLogarithmic = true },
        Y = LossAxis(isNats),
        Series = [.. models.Select(model => new FigureSeries
        {
            Name = model.Name,
            Kind = SeriesKind.LineAndPoints,
            Color = model.Color,
            X = [.. model.Text!.Losses.Select(losses => (double)losses.Length)],
            Y = [.. model.Text.Losses.Select(losses => isNats ? losses.Loss : losses.BitsPerByte)],
        })],
        Marks = Trained(models),
    };

    private static Figure ByPosition(ModelInspection[] models, bool isNats) => new()
    {
        Name = "loss-by-position",
        Title = "Loss by position in the window",
        Caption = "Mean loss of the tokens at each position of the longest windows, in ranges that grow with the position; the first ones are means over few tokens, one for each window. Where a model uses more context, its loss falls; the vertical lines mark the context lengths of training.",
        X = new FigureAxis("position", "tokens") { IsLogarithmic = true },
        Y = LossAxis(isNats),
        Series = [.. models.Select(model => ByPosition(model, model.Text!.Losses[^1], isNats))],
        Marks = Trained(models),
    };

    private static FigureSeries ByPosition(ModelInspection model, ContextLosses losses, bool isNats)
    {
        (int First, int End)[] ranges = [.. Ranges(losses.Length)];
        return ModelSeries.Line(
            model,
            // The middle of each range, counted from 1.
            [.. ranges.Select(range => (range.First + range.End + 1) / 2.0)],
            [.. ranges.Select(range => isNats ? losses.LossBetween(range.First, range.End) : losses.BitsPerByteBetween(range.First, range.End))]);
    }

    private static FigureAxis LossAxis(bool isNats) => new("held-out loss", isNats ? "nats per token" : "bits per byte");

    private static FigureMark[] Trained(ModelInspection[] models) => [.. models
        .Select(model => model.Config.ContextLength)
        .Distinct()
        .Select(length => new FigureMark($"trained on {length:N0}", length, IsVertical: true))];

    private static ReportTable Table(ModelInspection[] models, bool isNats) => new(
        "longer-contexts",
        "Loss at longer contexts",
        ["model", "context (tokens)", "multiple", "loss (nats per token)", "bits per byte", $"change ({(isNats ? "nats per token" : "bits per byte")})", "tokens"],
        [.. from model in models from losses in model.Text!.Losses select Row(model, losses, isNats)]);

    private static string[] Row(ModelInspection model, ContextLosses losses, bool isNats)
    {
        ContextLosses trained = model.Text!.Losses[0];
        double change = isNats ? losses.Loss - trained.Loss : losses.BitsPerByte - trained.BitsPerByte;
        return
        [
            model.Name, $"{losses.Length:N0}", $"{losses.Length / trained.Length}", NumberText.Loss(losses.Loss), NumberText.Loss(losses.BitsPerByte),
            change.ToString("+0.0000;-0.0000;0.0000", System.Globalization.CultureInfo.InvariantCulture), $"{model.Text.Tokens:N0}",
        ];
    }
}
