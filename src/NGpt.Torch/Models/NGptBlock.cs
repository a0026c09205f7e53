using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>One layer of the normalized Transformer: two steps on the hypersphere (docs/method.md, section 2).</summary>
public sealed class NGptBlock : nn.Module
{
    private readonly int _layer;
    private readonly double _attentionScale;
    private readonly long[] _headShape;
    private readonly QueryKeyPolicy _queryKeyPolicy;
    private readonly AttentionPart _attention;
    private readonly MlpPart _mlp;
    private readonly ScaleVector _attentionAlpha;
    private readonly ScaleVector _mlpAlpha;
    private readonly ScaleVector _queryKeyScale;
    private readonly ScaleVector _upScale;
    private readonly ScaleVector _gateScale;

    /// <summary>Creates the block with undefined parameters.</summary>
    /// <param name="config">The model's shape, with scales.</param>
    /// <param name="layer">Number of the block, from 0.</param>
    /// <param name="types">Floating-point types of the parameters and of matrix products.</param>
    /// <param name="device">Where the parameters live; null for the CPU.</param>
    public NGptBlock(ModelConfig config, int layer, ModelTypes types, Device? device)
        : base(nameof(NGptBlock))
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(types);
        NGptScales scales = config.Scales ?? throw new ArgumentException("nGPT needs its scales", nameof(config));
        (int c, int f) = (config.EmbeddingWidth, config.MlpWidth);
        _layer = layer;
        _attentionScale = Math.Sqrt(config.HeadWidth);
        _queryKeyPolicy = QueryKeyPolicy.Of(scales.QueryKeyNormalization);
        _headShape = [config.HeadCount, config.HeadWidth];
        register_module("self_attn", _attention = new AttentionPart(config, types, device));
        _attention.register_parameter("sqk", (_queryKeyScale = new ScaleVector(c, scales.QueryKey, config.QueryKeyConstant, types.Parameters, device)).Stored);
        register_parameter("attn_alpha", (_attentionAlpha = new ScaleVector(c, scales.Alpha, 1, types.Parameters, device)).Stored);
        register_module("mlp", _mlp = new MlpPart(config, types, device));
        _mlp.register_parameter("su", (_upScale = new ScaleVector(f, scales.Up, 1, types.Parameters, device)).Stored);
        _mlp.register_parameter("sv", (_gateScale = new ScaleVector(f, scales.Gate, Math.Sqrt(c), types.Parameters, device)).Stored);
        register_parameter("mlp_alpha", (_mlpAlpha = new ScaleVector(c, scales.Alpha, 1, types.Parameters, device)).Stored);
    }

    /// <summary>The first of the two steps: towards the output of attention.</summary>
    /// <param name="h">Hidden states of unit length [B, T, C].</param>
    /// <param name="context">Positions and cache.</param>
    /// <returns>Hidden states of unit length [B, T, C]; the caller disposes of them.</returns>
    public Tensor AttentionStep(Tensor h, SequenceContext context)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor sqk = _queryKeyScale.Effective().reshape(_headShape);                      // [H, D]
        Tensor q = _queryKeyPolicy.Apply(_attention.Queries(h, context)) * sqk;           // [B, T, H, D]
        Tensor k = _queryKeyPolicy.Apply(_attention.Keys(h, context)) * sqk;              // [B, T, H, D]
        Tensor v = _attention.Values(h);                                                  // [B, T, H, D]
        Tensor attended = _attention.Attend(q, k, v, _attentionScale, context, _layer);   // [B, T, C]
        return Hypersphere.Update(h, attended, _attentionAlpha.Effective()).MoveToOuterDisposeScope();
    }

    /// <summary>The second of the two steps: towards the output of the MLP.</summary>
    /// <param name="h">Hidden states of unit length [B, T, C].</param>
    /// <returns>Hidden states of unit length [B, T, C]; the caller disposes of them.</returns>
    public Tensor MlpStep(Tensor h)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor up = _mlp.Up(h) * _upScale.Effective();                                    // [B, T, F]
        Tensor gate = _mlp.Gate(h) * _gateScale.Effective();                              // [B, T, F]
        return Hypersphere.Update(h, _mlp.Down(up, gate), _mlpAlpha.Effective()).MoveToOuterDisposeScope();
    }
}
