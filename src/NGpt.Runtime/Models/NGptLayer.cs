using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>
/// One layer of the normalized Transformer: two steps on the hypersphere. All learned scales are folded into something
/// that is done anyway, which is exact for every weight type:
/// s_u and s_v·√C are the row scales of their projections, multiplied to the finished sums of a product and not to the
/// stored numbers; both sides' s_qk and the attention's √D are one factor of the query, because a product of a query and
/// a key has them in every term; of α the absolute value is taken once.
/// </summary>
internal sealed unsafe class NGptLayer : ModelLayer
{
    private readonly AttentionWeights _attention;
    private readonly MlpWeights _mlp;
    private readonly LearnedVector _queryScale;
    private readonly LearnedVector _attentionAlpha;
    private readonly LearnedVector _mlpAlpha;
    private readonly bool _unitLength;

    /// <summary>Reads the layer.</summary>
    /// <param name="weights">The model's tensors; own the memory.</param>
    /// <param name="config">The model's shape, with scales.</param>
    /// <param name="layer">Number of the layer, from 0.</param>
    public NGptLayer(WeightSet weights, ModelConfig config, int layer)
    {
        NGptScales scales = config.Scales ?? throw new ArgumentException("nGPT needs its scales", nameof(config));
        (int c, int f) = (config.EmbeddingWidth, config.MlpWidth);
        string prefix = ParameterCatalog.LayerPrefix(layer);
        _unitLength = scales.QueryKeyNormalization == QueryKeyNormalization.Exact;
        double attentionScale = Math.Sqrt(config.HeadWidth);
        double[] queryKey = weights.Scale($"{prefix}.self_attn.sqk", c, scales.QueryKey, config.QueryKeyConstant);
        _queryScale = weights.Learned([.. queryKey.Select(scale => (float)(scale * scale * attentionScale))]);
        _attentionAlpha = weights.Learned([.. weights.Scale($"{prefix}.attn_alpha", c, scales.Alpha).Select(alpha => (float)Math.Abs(alpha))]);
        _mlpAlpha = weights.Learned([.. weights.Scale($"{prefix}.mlp_alpha", c, scales.Alpha).Select(alpha => (float)Math.Abs(alpha))]);
        double[] up = weights.Scale($"{prefix}.mlp.su", f, scales.Up);
        double[] gate = weights.Scale($"{prefix}.mlp.sv", f, scales.Gate, Math.Sqrt(c));
        _attention = weights.Attention(prefix);
        _mlp = weights.Mlp(prefix, [.. up.Select(scale => (float)scale)], [.. gate.Select(scale => (float)scale)]);
    }

    /// <inheritdoc/>
    public override void AttentionStep(ForwardPass pass, int layer)
    {
        pass.Attend(layer, pass.Hidden, _attention, _queryScale.Start, _unitLength);
        pass.MoveOnSphere(_attentionAlpha.Start);
    }

    /// <inheritdoc/>
    public override void MlpStep(ForwardPass pass)
    {
        pass.Mlp(pass.Hidden, _mlp);
        pass.MoveOnSphere(_mlpAlpha.Start);
    }
}
