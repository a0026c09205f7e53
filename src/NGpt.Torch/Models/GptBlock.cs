using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>One layer of the baseline: pre-norm attention and gated MLP, added to the residual stream.</summary>
public sealed class GptBlock : nn.Module
{
    private readonly int _layer;
    private readonly double _attentionScale;
    private readonly RmsNorm _attentionNorm;
    private readonly AttentionPart _attention;
    private readonly RmsNorm _mlpNorm;
    private readonly MlpPart _mlp;

    /// <summary>Creates the block with undefined parameters.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="layer">Number of the block, from 0.</param>
    /// <param name="types">Floating-point types of the parameters and of matrix products.</param>
    /// <param name="device">Where the parameters live; null for the CPU.</param>
    public GptBlock(ModelConfig config, int layer, ModelTypes types, Device? device)
        : base(nameof(GptBlock))
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(types);
        _layer = layer;
        _attentionScale = 1 / Math.Sqrt(config.HeadWidth);
        register_module("input_layernorm", _attentionNorm = new RmsNorm(config.EmbeddingWidth, config.RmsNormEpsilon, types.Parameters, device));
        register_module("self_attn", _attention = new AttentionPart(config, types, device));
        register_module("post_attention_layernorm", _mlpNorm = new RmsNorm(config.EmbeddingWidth, config.RmsNormEpsilon, types.Parameters, device));
        register_module("mlp", _mlp = new MlpPart(config, types, device));
    }

    /// <summary>Adds what attention computes.</summary>
    /// <param name="h">Residual stream [B, T, C].</param>
    /// <param name="context">Positions and cache.</param>
    /// <returns>Residual stream [B, T, C]; the caller disposes of it.</returns>
    public Tensor AttentionStep(Tensor h, SequenceContext context)
    {
        ArgumentNullException.ThrowIfNull(h);
        using IDisposable scope = NewDisposeScope();
        Tensor x = _attentionNorm.forward(h);                                             // [B, T, C]
        Tensor q = _attention.Queries(x, context);                                        // [B, T, H, D]
        Tensor k = _attention.Keys(x, context);                                           // [B, T, H, D]
        Tensor v = _attention.Values(x);                                                  // [B, T, H, D]
        return (h + _attention.Attend(q, k, v, _attentionScale, context, _layer)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds what the MLP computes.</summary>
    /// <param name="h">Residual stream [B, T, C].</param>
    /// <returns>Residual stream [B, T, C]; the caller disposes of it.</returns>
    public Tensor MlpStep(Tensor h)
    {
        ArgumentNullException.ThrowIfNull(h);
        using IDisposable scope = NewDisposeScope();
        Tensor x = _mlpNorm.forward(h);
        return (h + _mlp.Down(_mlp.Up(x), _mlp.Gate(x))).MoveToOuterDisposeScope();
    }
}
