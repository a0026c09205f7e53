using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>The normalized Transformer; s_z is the row scale of the output embedding.</summary>
/// <param name="weights">Its tensors.</param>
/// <param name="config">Its shape, with scales.</param>
internal sealed class NGptTransformer(WeightSet weights, ModelConfig config) : Transformer(
    weights,
    [.. Enumerable.Range(0, config.LayerCount).Select(layer => new NGptLayer(weights, config, layer))],
    [.. weights.Scale(ParameterCatalog.LogitScale, config.VocabularySize, config.Scales!.Logit).Select(scale => (float)scale)])
{
    /// <inheritdoc/>
    public override void ReadOut(ForwardPass pass) => pass.TakeOutputs();
}
