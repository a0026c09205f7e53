using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>L2 norms of the rows of an embedding matrix.</summary>
public static class RowNorms
{
    /// <summary>Computes the norms in float64.</summary>
    /// <param name="embeddings">One row a token [V, C].</param>
    /// <returns>V norms, in the order of the rows.</returns>
    public static double[] Of(Tensor embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        return TensorValues.ToArray(linalg.vector_norm(embeddings.to_type(ScalarType.Float64), 2, [1], keepdim: false));
    }
}
