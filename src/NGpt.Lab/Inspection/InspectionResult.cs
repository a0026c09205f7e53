using NGpt.Core.Configuration;

namespace NGpt.Lab.Inspection;

/// <summary>The results of an inspection.</summary>
/// <param name="Models">The models that could be inspected, in the order given; at least one.</param>
/// <param name="Cautions">What is missing or not comparable, one sentence for each entry.</param>
/// <param name="Elapsed">Duration of the inspection.</param>
internal sealed record InspectionResult(IReadOnlyList<ModelInspection> Models, IReadOnlyList<string> Cautions, TimeSpan Elapsed)
{
    /// <summary>
    /// Whether losses are in nats per token: only where all models predict the same tokens. Else they are in bits per byte,
    /// which can be compared across tokenizers.
    /// </summary>
    public bool LossesAreNats => Models.Where(model => model.Text is not null).Select(model => model.Text!.Fingerprint).Distinct().Count() <= 1;
}

/// <summary>The measurements of one model.</summary>
internal sealed record ModelInspection
{
    /// <summary>Its name in legends and tables.</summary>
    public required string Name { get; init; }

    /// <summary>Index of its colour in figures: 0 for the first nGPT, 1 for the first GPT.</summary>
    public required int Color { get; init; }

    /// <summary>The checkpoint's folder.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Steps that it was trained for; null where unknown.</summary>
    public required int? Step { get; init; }

    /// <summary>Steps of its whole run; null without a run.</summary>
    public required int? StepsOfRun { get; init; }

    /// <summary>Its configuration.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>E_in.</summary>
    public required EmbeddingInspection TokenEmbedding { get; init; }

    /// <summary>E_out.</summary>
    public required EmbeddingInspection OutputEmbedding { get; init; }

    /// <summary>Condition numbers of the projections.</summary>
    public required IReadOnlyList<MatrixConditions> Conditions { get; init; }

    /// <summary>Learned scales; none for the baseline.</summary>
    public required IReadOnlyList<LearnedScale> Scales { get; init; }

    /// <summary>Deviations from unit norm; none for the baseline.</summary>
    public required IReadOnlyList<NormError> NormErrors { get; init; }

    /// <summary>Measurements on held-out text; null where there was none.</summary>
    public TextInspection? Text { get; init; }

    /// <summary>Condition numbers of several kinds of matrices, all layers together.</summary>
    public IEnumerable<double> ConditionsOf(IReadOnlyList<MatrixKind> kinds) =>
        Conditions.Where(conditions => kinds.Contains(conditions.Kind)).SelectMany(conditions => conditions.ByLayer);

    /// <summary>Scales of one kind.</summary>
    public IEnumerable<LearnedScale> ScalesOf(ScaleKind kind) => Scales.Where(scale => scale.Kind == kind);
}

/// <summary>Measurements of a model on held-out text.</summary>
/// <param name="Source">The text, human-readable.</param>
/// <param name="Fingerprint">Equal for equal tokens.</param>
/// <param name="Trajectory">Angles and norms of the residual stream.</param>
/// <param name="Losses">The losses at the context length and its multiples, ascending.</param>
/// <param name="Tokens">Predicted tokens, the same at every length.</param>
internal sealed record TextInspection(
    string Source, string Fingerprint, ResidualTrajectory Trajectory, IReadOnlyList<ContextLosses> Losses, long Tokens);
