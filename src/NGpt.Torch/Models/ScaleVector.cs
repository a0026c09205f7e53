using NGpt.Core.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// A learned scale of nGPT: one vector, stored so that it starts at s_scale, used multiplied by s_init / s_scale
/// (specification section 2, "Stored value and effective value").
/// </summary>
public sealed class ScaleVector
{
    // Held for as long as the vector: see Scalars in CONTRIBUTING.md.
    private readonly Scalar _factor;

    /// <summary>Creates the scale with undefined values; <see cref="ModelInitializer"/> or a checkpoint fills them.</summary>
    /// <param name="length">Number of entries.</param>
    /// <param name="setting">Initial effective and stored value.</param>
    /// <param name="constant">A constant that the model multiplies with besides, 1 for none.</param>
    /// <param name="type">Floating-point type.</param>
    /// <param name="device">Where it lives; null for the CPU.</param>
    public ScaleVector(int length, ScaleSetting setting, double constant, ScalarType type, Device? device)
    {
        ArgumentNullException.ThrowIfNull(setting);
        _factor = (setting.Factor * constant).ToScalar();
        Stored = new Parameter(empty(length, dtype: type, device: device));
    }

    /// <summary>The stored parameter, which the optimizer changes. The module that registers it disposes of it.</summary>
    public Parameter Stored { get; }

    /// <summary>The value that the model multiplies with: stored value times s_init / s_scale, and the constant.</summary>
    /// <returns>A vector of the same length; the caller disposes of it.</returns>
    public Tensor Effective() => Stored * _factor;
}
