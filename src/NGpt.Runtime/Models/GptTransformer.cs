using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>The baseline.</summary>
internal sealed unsafe class GptTransformer : Transformer
{
    private readonly LearnedVector _finalGain;
    private readonly float _epsilon;

    /// <summary>Reads the model.</summary>
    public GptTransformer(WeightSet weights, ModelConfig config)
        : base(weights, config, [.. Enumerable.Range(0, config.LayerCount).Select(layer => new GptLayer(weights, config, layer))], logitScale: null)
    {
        _finalGain = weights.Learned(weights.Vector(ParameterCatalog.FinalNorm));
        _epsilon = (float)config.RmsNormEpsilon;
    }

    /// <inheritdoc/>
    public override void PrepareOutputs(ForwardPass pass) => pass.RmsNormOutputs(_finalGain.Start, _epsilon);
}

/// <summary>One layer of the baseline: pre-norm attention and gated MLP, added to the residual stream.</summary>
internal sealed unsafe class GptLayer : TransformerLayer
{
    private readonly AttentionWeights _attention;
    private readonly MlpWeights _mlp;
    private readonly LearnedVector _queryScale;
    private readonly LearnedVector _attentionGain;
    private readonly LearnedVector _mlpGain;
    private readonly float _epsilon;

    /// <summary>Reads the layer.</summary>
    public GptLayer(WeightSet weights, ModelConfig config, int layer)
    {
        string prefix = ParameterCatalog.LayerPrefix(layer);
        float[] scale = new float[config.EmbeddingWidth];
        Array.Fill(scale, (float)(1 / Math.Sqrt(config.HeadWidth)));
        _queryScale = weights.Learned(scale);
        _attentionGain = weights.Learned(weights.Vector($"{prefix}.{ParameterCatalog.AttentionNorm}"));
        _mlpGain = weights.Learned(weights.Vector($"{prefix}.{ParameterCatalog.MlpNorm}"));
        _epsilon = (float)config.RmsNormEpsilon;
        _attention = weights.Attention(prefix);
        _mlp = weights.Mlp(prefix, upScale: null, gateScale: null);
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, int layer)
    {
        pass.RmsNorm(_attentionGain.Start, _epsilon);
        pass.ProjectQueriesKeysValues(pass.Normalized, _attention.Query, _attention.Key, _attention.Value);
        pass.RotateAndCache(layer, _queryScale.Start, unitLength: false);
        pass.Attend(layer);
        pass.ProjectAttention(_attention.Output);
        pass.AddToResidual();
        pass.TraceAttention(layer);

        pass.RmsNorm(_mlpGain.Start, _epsilon);
        pass.ProjectUpAndGate(pass.Normalized, _mlp.Up, _mlp.Gate);
        pass.SwiGlu();
        pass.ProjectDown(_mlp.Down);
        pass.AddToResidual();
        pass.TraceMlp(layer);
    }
}
