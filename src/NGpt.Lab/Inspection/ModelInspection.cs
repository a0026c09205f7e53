using NGpt.Core.Configuration;

namespace NGpt.Lab.Inspection;

/// <summary>All that is measured of one model.</summary>
public sealed record ModelInspection
{
    /// <summary>Its name in legends and tables.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the figures' colours it has: 0 for the first nGPT, 1 for the first GPT.</summary>
    public required int Color { get; init; }

    /// <summary>The checkpoint's folder.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Steps that it was trained for; null where the folder does not say.</summary>
    public required int? Step { get; init; }

    /// <summary>Steps that its run has in all; null without a run.</summary>
    public required int? StepsOfRun { get; init; }

    /// <summary>Its shape.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>E_in.</summary>
    public required EmbeddingInspection TokenEmbedding { get; init; }

    /// <summary>E_out.</summary>
    public required EmbeddingInspection OutputEmbedding { get; init; }

    /// <summary>Condition numbers of the projections.</summary>
    public required IReadOnlyList<MatrixConditions> Conditions { get; init; }

    /// <summary>Learned scales; none for the baseline.</summary>
    public required IReadOnlyList<LearnedScale> Scales { get; init; }

    /// <summary>Distances from the hypersphere; none for the baseline.</summary>
    public required IReadOnlyList<SphereDeviation> Deviations { get; init; }

    /// <summary>What was measured on text; null where there was none.</summary>
    public TextInspection? Text { get; init; }

    /// <summary>Condition numbers of several kinds of matrices, all layers together.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <returns>One number for each kind and layer.</returns>
    public IEnumerable<double> ConditionsOf(IReadOnlyList<MatrixKind> kinds) =>
        Conditions.Where(conditions => kinds.Contains(conditions.Kind)).SelectMany(conditions => conditions.ByLayer);

    /// <summary>Scales of one kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>One a layer, ascending.</returns>
    public IEnumerable<LearnedScale> ScalesOf(ScaleKind kind) => Scales.Where(scale => scale.Kind == kind);
}
