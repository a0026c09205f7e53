namespace NGpt.Lab.Inspection;

/// <summary>The findings of an inspection in sentences.</summary>
internal static class InspectionFindings
{
    // A larger norm error is not due to rounding.
    private const double MaxRoundingError = 1e-4;

    public static IReadOnlyList<string> Of(InspectionResult result)
    {
        IReadOnlyList<ModelInspection> models = result.Models;
        List<string> findings =
        [
            $"Norms of token embeddings: {Each(models, model => Spread(model.TokenEmbedding.Norms))}; of output embeddings: {Each(models, model => Spread(model.OutputEmbedding.Norms))}.",
            $"Condition numbers of the embeddings: {Each(models, model => $"{NumberText.Of(model.TokenEmbedding.Condition)} (E_in) and {NumberText.Of(model.OutputEmbedding.Condition)} (E_out)")}.",
            $"Condition numbers of attention matrices: {Each(models, model => Median(model, MatrixConditions.Attention))} (median over heads, then over layers and matrices).",
            $"Condition numbers of MLP matrices: {Each(models, model => Median(model, MatrixConditions.Mlp))} (median over layers and matrices).",
            $"Mean cosine similarity of two tokens: {Each(models, model => $"{NumberText.Of(model.TokenEmbedding.Cosines.Cosines.Average())} (E_in) and {NumberText.Of(model.OutputEmbedding.Cosines.Cosines.Average())} (E_out)")}.",
        ];
        findings.AddRange(models.Where(model => model.Scales.Count > 0).SelectMany(Scales));
        ModelInspection[] measured = [.. models.Where(model => model.Text is not null)];
        if (measured.Length > 0)
        {
            findings.Add($"Mean angle of a sub-layer: {Each(measured, model => $"{Angle(model, 0)} degrees (attention) and {Angle(model, 1)} (MLP)")}.");
            findings.Add($"Norm of the residual stream, from the embedding to the last layer: {Each(measured, model => $"{NumberText.Of(model.Text!.Trajectory.Norms[0].Mean)} to {NumberText.Of(model.Text.Trajectory.Norms[^1].Mean)}")}.");
            findings.AddRange(measured.Select(model => Contexts(model, result.LossesAreNats)));
        }

        return findings;
    }

    private static string Each(IReadOnlyList<ModelInspection> models, Func<ModelInspection, string> text) =>
        string.Join(", ", models.Select(model => $"{model.Name} {text(model)}"));

    private static string Spread(double[] norms)
    {
        Distribution spread = Distribution.Of(norms);
        double error = Math.Max(1 - spread.Min, spread.Max - 1);
        return error < MaxRoundingError
            ? $"1 (within {NumberText.Of(error)})"
            : $"{NumberText.Of(spread.Mean)} ({NumberText.Of(spread.Min)} to {NumberText.Of(spread.Max)})";
    }

    private static string Median(ModelInspection model, IReadOnlyList<MatrixKind> kinds) => NumberText.Of(Distribution.Of([.. model.ConditionsOf(kinds)]).Median);

    private static IEnumerable<string> Scales(ModelInspection model)
    {
        yield return $"Learned scales of {model.Name}, means over the layers: "
            + string.Join(", ", Enum.GetValues<ScaleKind>().Select(kind => $"{kind.DisplayName()} {NumberText.Of(model.ScalesOf(kind).Average(scale => scale.Values.Average()))}")) + ".";
        NormError worst = model.NormErrors.MaxBy(error => error.Max)!;
        yield return worst.Max < MaxRoundingError
            ? $"All matrices of {model.Name} are on the hypersphere: the maximum norm error is {NumberText.Of(worst.Max)}."
            : $"{model.Name} is not on the hypersphere: the norm error of {worst.Name} is {NumberText.Of(worst.Max)}.";
    }

    // Attention has even indices, the MLP odd ones.
    private static string Angle(ModelInspection model, int half) =>
        NumberText.Of(model.Text!.Trajectory.StepAngles.Where((_, step) => step % 2 == half).Average(angle => angle.Mean));

    private static string Contexts(ModelInspection model, bool isNats)
    {
        TextInspection text = model.Text!;
        string unit = isNats ? "nats per token" : "bits per byte";
        string losses = string.Join(", ", text.Losses.Select(at => $"{NumberText.Loss(isNats ? at.Loss : at.BitsPerByte)} at {at.Length:N0}"));
        return $"Held-out loss of {model.Name} by context length: {losses} ({unit}, measured on {text.Tokens:N0} held-out tokens; trained with {model.Config.ContextLength:N0}).";
    }
}
