using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>The baseline.</summary>
internal sealed unsafe class GptTransformer : Transformer
{
    private readonly LearnedVector _finalGain;
    private readonly float _epsilon;

    /// <summary>Reads the model.</summary>
    /// <param name="weights">Its tensors.</param>
    /// <param name="config">Its shape.</param>
    public GptTransformer(WeightSet weights, ModelConfig config)
        : base(weights, [.. Enumerable.Range(0, config.LayerCount).Select(layer => new GptLayer(weights, config, layer))], logitScale: null)
    {
        _finalGain = weights.Learned(weights.Vector(ParameterCatalog.FinalNorm));
        _epsilon = (float)config.RmsNormEpsilon;
    }

    /// <inheritdoc/>
    public override void ReadOut(ForwardPass pass) => pass.NormalizeOutputs(_finalGain.Start, _epsilon);
}
