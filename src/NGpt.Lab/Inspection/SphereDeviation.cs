using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>How far the rows or columns of nGPT's matrices of one kind are from unit length.</summary>
/// <param name="Kind">Which matrices, of all layers.</param>
/// <param name="Largest">The largest distance of a norm from 1.</param>
/// <param name="Name">Name of the parameter that has it.</param>
public sealed record SphereDeviation(MatrixKind Kind, double Largest, string Name)
{
    /// <summary>Measures the matrices in float64.</summary>
    /// <param name="matrices">The matrices of a model.</param>
    /// <returns>One deviation for each kind of matrix that is to be normalized; none for the baseline.</returns>
    public static IReadOnlyList<SphereDeviation> Of(IEnumerable<ModelMatrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        using IDisposable noGradient = no_grad();
        using Scalar one = 1.ToScalar();
        return [.. matrices
            .Where(matrix => matrix.Spec.NormalizedAxis is not null)
            .Select(matrix => new SphereDeviation(matrix.Kind, MaxError(matrix, one), matrix.Spec.Name))
            .GroupBy(deviation => deviation.Kind)
            .Select(group => group.MaxBy(deviation => deviation.Largest)!)];
    }

    private static double MaxError(ModelMatrix matrix, Scalar one)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor norms = linalg.vector_norm(matrix.Weight.to_type(ScalarType.Float64), 2, [matrix.Spec.NormalizedAxis!.Value], keepdim: false);
        return (norms - one).abs().max().item<double>();
    }
}
