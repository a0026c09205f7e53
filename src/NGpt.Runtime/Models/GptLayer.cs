using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>One layer of the baseline: pre-norm attention and gated MLP, added to the residual stream.</summary>
internal sealed unsafe class GptLayer : ModelLayer
{
    private readonly AttentionWeights _attention;
    private readonly MlpWeights _mlp;
    private readonly LearnedVector _queryScale;
    private readonly LearnedVector _attentionGain;
    private readonly LearnedVector _mlpGain;
    private readonly float _epsilon;

    /// <summary>Reads the layer.</summary>
    /// <param name="weights">The model's tensors; own the memory.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="layer">Number of the layer, from 0.</param>
    public GptLayer(WeightSet weights, ModelConfig config, int layer)
    {
        string prefix = ParameterCatalog.LayerPrefix(layer);
        float[] scale = new float[config.EmbeddingWidth];
        Array.Fill(scale, (float)(1 / Math.Sqrt(config.HeadWidth)));
        _queryScale = weights.Learned(scale);
        _attentionGain = weights.Learned(weights.Vector($"{prefix}.input_layernorm.weight"));
        _mlpGain = weights.Learned(weights.Vector($"{prefix}.post_attention_layernorm.weight"));
        _epsilon = (float)config.RmsNormEpsilon;
        _attention = weights.Attention(prefix);
        _mlp = weights.Mlp(prefix, upScale: null, gateScale: null);
    }

    /// <inheritdoc/>
    public override void AttentionStep(ForwardPass pass, int layer)
    {
        pass.Normalize(_attentionGain.Start, _epsilon);
        pass.Attend(layer, pass.Inputs, _attention, _queryScale.Start, unitLength: false);
        pass.AddBranch();
    }

    /// <inheritdoc/>
    public override void MlpStep(ForwardPass pass)
    {
        pass.Normalize(_mlpGain.Start, _epsilon);
        pass.Mlp(pass.Inputs, _mlp);
        pass.AddBranch();
    }
}
