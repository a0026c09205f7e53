using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// The floating-point types that a model computes in. Parameters, residual stream, norms, rotations and scales have one;
/// the matrix products of projections and attention may have a narrower one, to which their operands are rounded.
/// Gradients come back through the rounding, so they have the type of the parameters.
/// </summary>
/// <param name="Parameters">Type of the parameters and of everything between matrix products.</param>
/// <param name="Products">Type of the operands and results of matrix products.</param>
public sealed record ModelTypes(ScalarType Parameters, ScalarType Products)
{
    /// <summary>What matrix products are computed in.</summary>
    public Precision Precision => Products == ScalarType.BFloat16 ? Precision.Bf16 : Precision.F32;

    /// <summary>The types of a precision.</summary>
    /// <param name="parameters">Type of the parameters: float32, or float64 for a reference.</param>
    /// <param name="precision">What matrix products are computed in.</param>
    /// <returns>The types; for <see cref="Precision.F32"/> matrix products have the type of the parameters.</returns>
    public static ModelTypes Of(ScalarType parameters, Precision precision) =>
        new(parameters, precision == Precision.Bf16 ? ScalarType.BFloat16 : parameters);

    /// <summary>Rounds an operand of a matrix product.</summary>
    /// <param name="operand">Any floating-point type.</param>
    /// <returns>The operand in the type of products, itself where it has that type; the caller disposes of it.</returns>
    public Tensor ToProduct(Tensor operand)
    {
        ArgumentNullException.ThrowIfNull(operand);
        return operand.to_type(Products);
    }

    /// <summary>Widens the result of a matrix product.</summary>
    /// <param name="result">A result in the type of products.</param>
    /// <returns>The same values in the type of the parameters; the caller disposes of it.</returns>
    public Tensor FromProduct(Tensor result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.to_type(Parameters);
    }
}
