using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>What is measured of an embedding matrix.</summary>
/// <param name="Norms">Norm of every row.</param>
/// <param name="Eigenvalues">Eigenvalues of the covariance of the rows, largest first.</param>
/// <param name="Condition">Condition number of the matrix.</param>
/// <param name="Cosines">Cosine similarities of pairs of rows.</param>
public sealed record EmbeddingInspection(double[] Norms, double[] Eigenvalues, double Condition, CosineSample Cosines)
{
    /// <summary>Measures a matrix.</summary>
    /// <param name="embeddings">One row a token [V, C].</param>
    /// <param name="seed">Chooses the pairs of rows where not all are compared.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The measures.</returns>
    public static EmbeddingInspection Of(Tensor embeddings, long seed, CancellationToken stop = default) => new(
        RowNorms.Of(embeddings),
        MatrixSpectrum.CovarianceEigenvalues(embeddings, stop),
        MatrixSpectrum.Condition(MatrixSpectrum.SingularValues(embeddings, stop)),
        CosineSample.Of(embeddings, seed, stop: stop));
}
