using NGpt.Lab.Inspection;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>The main measurements of an inspection as a table, with a column for each model.</summary>
internal static class InspectionText
{
    public static void Write(TextWriter output, InspectionResult result, string page)
    {
        ReportTable table = new(["", .. result.Models.Select(model => model.Name)], [.. Rows(result)]);
        AnsiConsoleOutput console = new(output);
        if (console.IsTerminal)
        {
            IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = console });
            WriteAll(table.Lines(terminal.Profile.Width, ReportStyle.Terminal), terminal.MarkupLine);
        }
        else
        {
            WriteAll(table.Lines(int.MaxValue, ReportStyle.Plain), output.WriteLine);
        }

        output.WriteLine($"\nreport: {page}");
    }

    private static void WriteAll(IEnumerable<string> lines, Action<string> line)
    {
        foreach (string text in lines)
        {
            line(text);
        }
    }

    private static IEnumerable<IReadOnlyList<ReportCell>> Rows(InspectionResult result)
    {
        (string Label, Func<ModelInspection, ReportCell> Cell)[] rows =
        [
            ("parameters", model => new(NumberFormat.Count(model.Config.ParameterCount))),
            ("step", model => model.Step is int step ? new(NumberFormat.Count(step)) : ReportCell.None),
            ("norm of token embeddings", model => Norms(model.TokenEmbedding)),
            ("norm of output embeddings", model => Norms(model.OutputEmbedding)),
            ("condition of token embeddings", model => new(NumberText.Of(model.TokenEmbedding.Condition))),
            ("condition of output embeddings", model => new(NumberText.Of(model.OutputEmbedding.Condition))),
            ("condition of attention matrices", model => Conditions(model, MatrixConditions.Attention)),
            ("condition of MLP matrices", model => Conditions(model, MatrixConditions.Mlp)),
            ("cosine of two tokens", model => Cosines(model.TokenEmbedding)),
            .. Enum.GetValues<ScaleKind>().Select(kind => (kind.DisplayName(), (Func<ModelInspection, ReportCell>)(model => Scales(model, kind)))),
            ("max norm error", model => model.NormErrors.Count > 0 ? new(NumberText.Of(model.NormErrors.Max(error => error.Max))) : ReportCell.None),
            ("angle of attention, degrees", model => Angle(model, 0)),
            ("angle of the MLP, degrees", model => Angle(model, 1)),
            ("norm of the residual stream", Residual),
            .. Lengths(result).Select(times => ($"loss at {times} × context, {(result.LossesAreNats ? "nats per token" : "bits per byte")}", (Func<ModelInspection, ReportCell>)(model => Loss(model, times, result.LossesAreNats)))),
        ];
        return rows
            .Select(row => (IReadOnlyList<ReportCell>)[new(row.Label), .. result.Models.Select(row.Cell)])
            // Rows without values are omitted.
            .Where(row => row.Skip(1).Any(cell => cell.Value.Length > 0));
    }

    private static ReportCell Norms(EmbeddingInspection embedding)
    {
        Distribution norms = Distribution.Of(embedding.Norms);
        return new ReportCell(NumberText.Of(norms.Mean), $"{NumberText.Of(norms.Min)}–{NumberText.Of(norms.Max)}");
    }

    private static ReportCell Conditions(ModelInspection model, IReadOnlyList<MatrixKind> kinds)
    {
        Distribution conditions = Distribution.Of([.. model.ConditionsOf(kinds)]);
        return new ReportCell(NumberText.Of(conditions.Median), $"{NumberText.Of(conditions.Min)}–{NumberText.Of(conditions.Max)}");
    }

    private static ReportCell Cosines(EmbeddingInspection embedding)
    {
        Distribution cosines = Distribution.Of(embedding.Cosines.Cosines);
        return new ReportCell(NumberText.Of(cosines.Mean), $"{NumberText.Of(cosines.P10)} to {NumberText.Of(cosines.P90)}");
    }

    private static ReportCell Scales(ModelInspection model, ScaleKind kind)
    {
        double[] layers = [.. model.ScalesOf(kind).Select(scale => scale.Values.Average())];
        return layers.Length switch
        {
            0 => ReportCell.None,
            1 => new ReportCell(NumberText.Of(layers[0])),
            _ => new ReportCell(NumberText.Of(layers.Average()), $"{NumberText.Of(layers.Min())}–{NumberText.Of(layers.Max())}"),
        };
    }

    private static ReportCell Angle(ModelInspection model, int half)
    {
        if (model.Text is not TextInspection text)
        {
            return ReportCell.None;
        }

        double[] layers = [.. text.Trajectory.StepAngles.Where((_, step) => step % 2 == half).Select(angle => angle.Mean)];
        return new ReportCell(NumberText.Of(layers.Average()), $"{NumberText.Of(layers.Min())}–{NumberText.Of(layers.Max())}");
    }

    private static ReportCell Residual(ModelInspection model) => model.Text is TextInspection { Trajectory.Norms: [Distribution first, .., Distribution last] }
        ? new ReportCell($"{NumberText.Of(first.Mean)} to {NumberText.Of(last.Mean)}")
        : ReportCell.None;

    private static IEnumerable<int> Lengths(InspectionResult result) => result.Models
        .SelectMany(model => model.Text?.Losses.Select(losses => losses.Length / model.Config.ContextLength) ?? [])
        .Distinct()
        .Order();

    private static ReportCell Loss(ModelInspection model, int times, bool isNats) =>
        model.Text?.Losses.FirstOrDefault(losses => losses.Length == times * model.Config.ContextLength) is ContextLosses at
            ? new ReportCell(NumberText.Loss(isNats ? at.Loss : at.BitsPerByte))
            : ReportCell.None;
}
