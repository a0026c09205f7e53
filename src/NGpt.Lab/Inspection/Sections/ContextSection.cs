using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report on contexts longer than those of training.</summary>
internal static class ContextSection
{
    /// <summary>The section; null where no model was measured on text.</summary>
    public static ReportSection? Of(InspectionResult result)
    {
        ModelInspection[] models = [.. result.Models.Where(model => model.Text is not null)];
        return models.Length == 0 ? null : new ReportSection(
            "Longer contexts",
            ["The same held-out text, read in windows of the context length of training and of its multiples: the tokens that are predicted are the same, so that the losses of a model differ by what it sees before them. Nothing is changed in the model for lengths that it was not trained on."])
        {
            Tables = [Table(models, result.LossesAreNats)],
            Figures = [ByLength(models, result.LossesAreNats), ByPosition(models, result.LossesAreNats)],
        };
    }

    /// <summary>The ends of ranges of positions that grow with the position: each about a quarter of what comes before it.</summary>
    /// <param name="length">Number of positions.</param>
    /// <returns>First position, from 0, and the position after the last, of each range.</returns>
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
        Caption = "Mean loss over the same tokens, read in windows of different lengths. The lines mark the context lengths of training.",
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
        Caption = "Mean loss of the tokens at each position of the longest windows, in ranges that grow with the position; the first ones are means over few tokens, one for each window. What a model makes of more context shows as a falling line; the lines mark the context lengths of training.",
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
        ["model", "context (tokens)", "over that of training", "loss (nats per token)", "bits per byte", $"change ({(isNats ? "nats per token" : "bits per byte")})", "tokens"],
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
