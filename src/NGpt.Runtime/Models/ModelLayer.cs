using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Models;

/// <summary>One block of a model, in two halves. Immutable: all that changes is in the pass.</summary>
internal abstract class ModelLayer
{
    /// <summary>Moves the hidden states by what attention computes.</summary>
    /// <param name="pass">Rows, hidden states and memory.</param>
    /// <param name="layer">Number of the layer, which names its place in the cache.</param>
    public abstract void AttentionStep(ForwardPass pass, int layer);

    /// <summary>Moves the hidden states by what the MLP computes.</summary>
    /// <param name="pass">Rows, hidden states and memory.</param>
    public abstract void MlpStep(ForwardPass pass);
}
