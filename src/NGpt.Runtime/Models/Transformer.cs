using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>A model's weights and what is computed with them: token embedding, layers, logits. One subclass for each architecture.</summary>
internal abstract class Transformer : IDisposable
{
    private readonly WeightSet _weights;

    private protected Transformer(WeightSet weights, ModelLayer[] layers, float[]? logitScale)
    {
        (_weights, Layers) = (weights, layers);
        Embedding = weights.Matrix(ParameterCatalog.TokenEmbedding);
        Output = weights.Matrix(ParameterCatalog.OutputEmbedding, logitScale);
    }

    /// <summary>E_in [V, C].</summary>
    public WeightMatrix Embedding { get; }

    /// <summary>The blocks, from first to last.</summary>
    public ModelLayer[] Layers { get; }

    /// <summary>E_out [V, C].</summary>
    public WeightMatrix Output { get; }

    /// <summary>Builds the model of a configuration.</summary>
    /// <param name="weights">Its tensors; the model takes them over, unless this fails.</param>
    /// <param name="config">Its shape.</param>
    public static Transformer Create(WeightSet weights, ModelConfig config) => config.Architecture switch
    {
        Architecture.NGpt => new NGptTransformer(weights, config),
        Architecture.Gpt => new GptTransformer(weights, config),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Architecture, "unknown architecture"),
    };

    /// <summary>Fills the pass's inputs with what the output embedding reads, for the rows whose logits are wanted.</summary>
    /// <param name="pass">Rows and hidden states after the last layer.</param>
    public abstract void ReadOut(ForwardPass pass);

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();
}
