using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Kernels;

/// <summary>One matrix of a product and where its results go: y[t, r] at <paramref name="y"/> + t·<paramref name="yStride"/> + r.</summary>
/// <param name="weights">The matrix.</param>
/// <param name="y">First result.</param>
/// <param name="yStride">Numbers from one token's results to the next one's, at least the matrix's rows.</param>
internal readonly unsafe struct ProductOutput(WeightMatrix weights, float* y, int yStride)
{
    /// <summary>The matrix.</summary>
    public WeightMatrix Weights { get; } = weights;

    /// <summary>First result.</summary>
    public float* Y { get; } = y;

    /// <summary>Numbers from one token's results to the next one's.</summary>
    public int YStride { get; } = yStride;
}
