using NGpt.Core.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// A learned scale of nGPT: a vector, or one number for all columns, stored so that it starts at s_scale, used multiplied by s_init / s_scale
/// (docs/method.md, section 3).
/// </summary>
public sealed class ScaleVector
{
    // Held for as long as the vector: see Scalars in CONTRIBUTING.md.
    private readonly Scalar _factor;
    private readonly long _length;

    /// <summary>Creates the scale with undefined values; <see cref="ModelInitializer"/> or a checkpoint fills them.</summary>
    /// <param name="length">Number of columns that are scaled.</param>
    /// <param name="setting">Initial effective and stored value, and whether every column has its own.</param>
    /// <param name="constant">A constant that the model multiplies with besides, 1 for none.</param>
    /// <param name="type">Floating-point type.</param>
    /// <param name="device">Where it lives; null for the CPU.</param>
    public ScaleVector(int length, ScaleSetting setting, double constant, ScalarType type, Device? device)
    {
        ArgumentNullException.ThrowIfNull(setting);
        _factor = (setting.Factor * constant).ToScalar();
        _length = length;
        Stored = new Parameter(empty(setting.StoredLength(length), dtype: type, device: device));
    }

    /// <summary>The stored parameter, which the optimizer changes. The module that registers it disposes of it.</summary>
    public Parameter Stored { get; }

    /// <summary>The value that the model multiplies with: stored value times s_init / s_scale, and the constant.</summary>
    /// <returns>A vector with an entry for every column; the caller disposes of it.</returns>
    public Tensor Effective()
    {
        using Tensor product = Stored * _factor;
        return product.expand(_length);
    }
}
