using NGpt.Core.Evaluation;

namespace NGpt.Data.Evaluation;

/// <summary>A scorer and what it computes with. Disposing it frees that.</summary>
/// <param name="scorer">The scorer.</param>
/// <param name="owned">What it needs, in the order in which it is disposed of.</param>
public sealed class OpenScorer(ITokenScorer scorer, params IDisposable[] owned) : IDisposable
{
    /// <summary>The scorer.</summary>
    public ITokenScorer Scorer { get; } = scorer;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in owned)
        {
            part.Dispose();
        }
    }
}
