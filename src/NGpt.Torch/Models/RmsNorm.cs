using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Root-mean-square normalization with a learned gain, for the baseline: x / √(mean(x²) + ε) ∘ gain.</summary>
public sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _gain;
    private readonly Scalar _epsilon;

    /// <summary>Creates the layer with undefined gain; <see cref="ModelInitializer"/> or a checkpoint fills it.</summary>
    /// <param name="width">C, length of the last axis.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="type">Floating-point type of the gain.</param>
    /// <param name="device">Where the gain lives; null for the CPU.</param>
    public RmsNorm(int width, double epsilon, ScalarType type, Device? device)
        : base(nameof(RmsNorm))
    {
        _epsilon = epsilon.ToScalar();
        _gain = new Parameter(empty(width, dtype: type, device: device));
        register_parameter("weight", _gain);
    }

    /// <summary>Normalizes along the last axis.</summary>
    /// <param name="input">[B, T, C].</param>
    /// <returns>[B, T, C]; the caller disposes of it.</returns>
    public override Tensor forward(Tensor input)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor meanSquare = (input * input).mean([-1], keepdim: true);
        return (input * rsqrt(meanSquare + _epsilon) * _gain).MoveToOuterDisposeScope();
    }
}
