namespace NGpt.Lab.Inspection;

/// <summary>The outcome of an inspection.</summary>
/// <param name="Models">The models that could be inspected, in the order given; at least one.</param>
/// <param name="Cautions">What is missing or not comparable, one sentence an entry.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record InspectionResult(IReadOnlyList<ModelInspection> Models, IReadOnlyList<string> Cautions, TimeSpan Elapsed)
{
    /// <summary>
    /// Whether losses are nats a token: only where all models predict the same tokens. Else bits a byte, which can be
    /// compared across tokenizers.
    /// </summary>
    public bool LossesAreNats => Models.Where(model => model.Text is not null).Select(model => model.Text!.Fingerprint).Distinct().Count() <= 1;
}
