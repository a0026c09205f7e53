using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>The three projections of the gated MLP, shared by both architectures.</summary>
public sealed class MlpPart : nn.Module
{
    private readonly Projection _up;
    private readonly Projection _gate;
    private readonly Projection _down;

    /// <summary>Creates the part with undefined weights.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="types">Floating-point types of the weights and of the products.</param>
    /// <param name="device">Where the weights live; null for the CPU.</param>
    public MlpPart(ModelConfig config, ModelTypes types, Device? device)
        : base(nameof(MlpPart))
    {
        ArgumentNullException.ThrowIfNull(config);
        register_module("up_proj", _up = new Projection(config.EmbeddingWidth, config.MlpWidth, types, device));
        register_module("gate_proj", _gate = new Projection(config.EmbeddingWidth, config.MlpWidth, types, device));
        register_module("down_proj", _down = new Projection(config.MlpWidth, config.EmbeddingWidth, types, device));
    }

    /// <summary>u = x Wuᵀ.</summary>
    /// <param name="x">[B, T, C].</param>
    /// <returns>[B, T, F]; the caller disposes of it.</returns>
    public Tensor Up(Tensor x) => _up.forward(x);

    /// <summary>v = x Wvᵀ.</summary>
    /// <param name="x">[B, T, C].</param>
    /// <returns>[B, T, F]; the caller disposes of it.</returns>
    public Tensor Gate(Tensor x) => _gate.forward(x);

    /// <summary>(u∘SiLU(v)) Woᵀ.</summary>
    /// <param name="u">[B, T, F].</param>
    /// <param name="v">[B, T, F].</param>
    /// <returns>[B, T, C]; the caller disposes of it.</returns>
    public Tensor Down(Tensor u, Tensor v)
    {
        ArgumentNullException.ThrowIfNull(u);
        using IDisposable scope = NewDisposeScope();
        return _down.forward(u * nn.functional.silu(v)).MoveToOuterDisposeScope();
    }
}
