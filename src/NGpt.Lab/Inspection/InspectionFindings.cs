namespace NGpt.Lab.Inspection;

/// <summary>The outcome of an inspection in plain sentences.</summary>
public static class InspectionFindings
{
    // A norm further from 1 than this is no rounding.
    private const double OnTheSphere = 1e-4;

    /// <summary>Says what was found.</summary>
    /// <param name="result">The inspection.</param>
    /// <returns>One sentence an entry.</returns>
    public static IReadOnlyList<string> Of(InspectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
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
            findings.Add($"Mean angle of a step: {Each(measured, model => $"{Angle(model, 0)} degrees (attention) and {Angle(model, 1)} (MLP)")}.");
            findings.Add($"Norm of the residual stream, from the embedding to the last layer: {Each(measured, model => $"{NumberText.Of(model.Text!.Travel.Norms[0].Mean)} to {NumberText.Of(model.Text.Travel.Norms[^1].Mean)}")}.");
            findings.AddRange(measured.Select(model => Contexts(model, result.LossesAreNats)));
        }

        return findings;
    }

    private static string Each(IReadOnlyList<ModelInspection> models, Func<ModelInspection, string> text) =>
        string.Join(", ", models.Select(model => $"{model.Name} {text(model)}"));

    private static string Spread(double[] norms)
    {
        Distribution spread = Distribution.Of(norms);
        double furthest = Math.Max(1 - spread.Least, spread.Most - 1);
        return furthest < OnTheSphere
            ? $"1 (to {NumberText.Of(furthest)})"
            : $"{NumberText.Of(spread.Mean)} ({NumberText.Of(spread.Least)} to {NumberText.Of(spread.Most)})";
    }

    private static string Median(ModelInspection model, IReadOnlyList<MatrixKind> kinds) => NumberText.Of(Distribution.Of([.. model.ConditionsOf(kinds)]).Median);

    private static IEnumerable<string> Scales(ModelInspection model)
    {
        yield return $"Learned scales of {model.Name}, means over the layers: "
            + string.Join(", ", Enum.GetValues<ScaleKind>().Select(kind => $"{KindNames.Of(kind)} {NumberText.Of(model.ScalesOf(kind).Average(scale => scale.Values.Average()))}")) + ".";
        SphereDeviation worst = model.Deviations.MaxBy(deviation => deviation.Largest)!;
        yield return worst.Largest < OnTheSphere
            ? $"All matrices of {model.Name} are on the hypersphere: no norm is further from 1 than {NumberText.Of(worst.Largest)}."
            : $"{model.Name} is not on the hypersphere: a norm of {worst.Name} is {NumberText.Of(worst.Largest)} away from 1.";
    }

    // Attention steps are the even ones, MLP steps the odd ones.
    private static string Angle(ModelInspection model, int half) =>
        NumberText.Of(model.Text!.Travel.StepAngles.Where((_, step) => step % 2 == half).Average(angle => angle.Mean));

    private static string Contexts(ModelInspection model, bool isNats)
    {
        TextInspection text = model.Text!;
        string unit = isNats ? "nats per token" : "bits per byte";
        string losses = string.Join(", ", text.Losses.Select(at => $"{NumberText.Loss(isNats ? at.Loss : at.BitsPerByte)} at {at.Length:N0}"));
        return $"Held-out loss of {model.Name} by context: {losses} ({unit}, {text.Tokens:N0} tokens; trained on {model.Config.ContextLength:N0}).";
    }
}
