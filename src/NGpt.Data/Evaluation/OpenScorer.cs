using NGpt.Core.Evaluation;

namespace NGpt.Data.Evaluation;

/// <summary>A scorer and the model that it computes with. Disposing it frees the model.</summary>
/// <param name="scorer">The scorer.</param>
/// <param name="model">The model.</param>
public sealed class OpenScorer(ITokenScorer scorer, IDisposable model) : IDisposable
{
    /// <summary>The scorer.</summary>
    public ITokenScorer Scorer { get; } = scorer;

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
