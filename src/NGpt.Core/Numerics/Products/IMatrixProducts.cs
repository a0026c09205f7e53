namespace NGpt.Core.Numerics.Products;

/// <summary>Prepares matrix products of one element type.</summary>
internal interface IMatrixProducts : IDisposable
{
    /// <summary>Name of the implementation, for people.</summary>
    string Description { get; }

    /// <summary>Prepares out = a·b, for every matrix of the batch.</summary>
    /// <param name="a">[M, K], any strides.</param>
    /// <param name="b">[K, N], any strides.</param>
    /// <param name="output">[M, N], its columns next to each other.</param>
    /// <returns>The product, usable as long as this factory lives.</returns>
    MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output);
}
