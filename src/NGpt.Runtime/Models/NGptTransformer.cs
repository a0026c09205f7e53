using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>The normalized Transformer; s_z is the row scale of the output embedding.</summary>
internal sealed class NGptTransformer(WeightSet weights, ModelConfig config) : Transformer(
    weights,
    config,
    [.. Enumerable.Range(0, config.LayerCount).Select(layer => new NGptLayer(weights, config, layer))],
    [.. weights.Scale(ParameterCatalog.LogitScale, config.VocabularySize, config.Scales!.Logit).Select(scale => (float)scale)])
{
    /// <inheritdoc/>
    public override void PrepareOutputs(ForwardPass pass) => pass.GatherOutputs();
}

/// <summary>
/// One layer of the normalized Transformer: a hypersphere update by attention and one by the MLP. All learned scales are folded into something
/// that is done anyway, which is exact for every weight type:
/// s_u and s_v·√C are the row scales of their projections, multiplied to the finished sums of a product and not to the
/// stored weights; both sides' s_qk and the attention's √D are one factor of the query, because a product of a query and
/// a key has them in every term; of α the absolute value is taken once.
/// </summary>
internal sealed unsafe class NGptLayer : TransformerLayer
{
    private readonly AttentionWeights _attention;
    private readonly MlpWeights _mlp;
    private readonly LearnedVector _queryScale;
    private readonly LearnedVector _attentionAlpha;
    private readonly LearnedVector _mlpAlpha;
    private readonly bool _unitLength;

    /// <summary>Reads the layer.</summary>
    public NGptLayer(WeightSet weights, ModelConfig config, int layer)
    {
        NGptScales scales = config.Scales ?? throw new ArgumentException("nGPT needs its scales", nameof(config));
        (int c, int f) = (config.EmbeddingWidth, config.MlpWidth);
        string prefix = ParameterCatalog.LayerPrefix(layer);
        _unitLength = scales.QueryKeyNormalization == QueryKeyNormalization.Exact;
        double attentionScale = Math.Sqrt(config.HeadWidth);
        double[] queryKey = weights.Scale($"{prefix}.{ParameterCatalog.QueryKeyScale}", c, scales.QueryKey, config.QueryKeyConstant);
        _queryScale = weights.Learned([.. queryKey.Select(scale => (float)(scale * scale * attentionScale))]);
        _attentionAlpha = weights.Learned([.. weights.Scale($"{prefix}.{ParameterCatalog.AttentionAlpha}", c, scales.Alpha).Select(alpha => (float)Math.Abs(alpha))]);
        _mlpAlpha = weights.Learned([.. weights.Scale($"{prefix}.{ParameterCatalog.MlpAlpha}", c, scales.Alpha).Select(alpha => (float)Math.Abs(alpha))]);
        double[] up = weights.Scale($"{prefix}.{ParameterCatalog.UpScale}", f, scales.Up);
        double[] gate = weights.Scale($"{prefix}.{ParameterCatalog.GateScale}", f, scales.Gate, Math.Sqrt(c));
        _attention = weights.Attention(prefix);
        _mlp = weights.Mlp(prefix, [.. up.Select(scale => (float)scale)], [.. gate.Select(scale => (float)scale)]);
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, int layer)
    {
        pass.ProjectQueriesKeysValues(pass.Hidden, _attention.Query, _attention.Key, _attention.Value);
        pass.RotateAndCache(layer, _queryScale.Start, _unitLength);
        pass.Attend(layer);
        pass.ProjectAttention(_attention.Output);
        pass.UpdateOnHypersphere(_attentionAlpha.Start);
        pass.TraceAttention(layer);

        pass.ProjectUpAndGate(pass.Hidden, _mlp.Up, _mlp.Gate);
        pass.SwiGlu();
        pass.ProjectDown(_mlp.Down);
        pass.UpdateOnHypersphere(_mlpAlpha.Start);
        pass.TraceMlp(layer);
    }
}
