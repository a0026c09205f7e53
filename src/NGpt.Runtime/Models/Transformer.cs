using NGpt.Core.Configuration;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>A model's weights and what is computed with them: token embedding, layers, logits. One subclass for each architecture.</summary>
internal abstract class Transformer : IDisposable
{
    private readonly WeightSet _weights;

    private protected Transformer(WeightSet weights, ModelConfig config, TransformerLayer[] layers, float[]? logitScale)
    {
        (_weights, Layers) = (weights, layers);
        Embedding = weights.Matrix(ParameterCatalog.TokenEmbedding);
        Output = config.HasTiedEmbeddings ? Embedding : weights.Matrix(ParameterCatalog.OutputEmbedding, logitScale);
    }

    /// <summary>E_in [V, C].</summary>
    public WeightMatrix Embedding { get; }

    /// <summary>The layers, from first to last.</summary>
    public TransformerLayer[] Layers { get; }

    /// <summary>E_out [V, C]; the token embedding itself where the two are tied.</summary>
    public WeightMatrix Output { get; }

    /// <summary>
    /// Builds the model of a configuration. <paramref name="weights"/>: its tensors; the model takes them over, unless this
    /// fails.
    /// </summary>
    public static Transformer Create(WeightSet weights, ModelConfig config) => config.Architecture switch
    {
        Architecture.NGpt => new NGptTransformer(weights, config),
        Architecture.Gpt => new GptTransformer(weights, config),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Architecture, "unknown architecture"),
    };

    /// <summary>
    /// Writes what the output embedding is multiplied with, for the rows whose logits are requested, to
    /// <see cref="ForwardPass.Normalized"/>.
    /// </summary>
    public abstract void PrepareOutputs(ForwardPass pass);

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();
}

/// <summary>One layer of a model. Immutable: all state is in the pass.</summary>
internal abstract class TransformerLayer
{
    /// <summary>
    /// Updates the hidden states by attention, then by the MLP. <paramref name="layer"/>: its index, which selects its part
    /// of the cache.
    /// </summary>
    public abstract void Forward(ForwardPass pass, int layer);
}
