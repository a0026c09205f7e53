using NGpt.Core.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// The normalized Transformer (nGPT): no normalization layers, every matrix and hidden state on the unit hypersphere.
/// The matrices are put there by <see cref="ModelInitializer"/> and kept there by the optimizer.
/// </summary>
public sealed class NGptModel : LanguageModel
{
    private readonly ModuleList<NGptBlock> _blocks;
    private readonly ScaleVector _logitScale;

    /// <summary>Creates the model with undefined parameters.</summary>
    /// <param name="config">The model's shape, with scales.</param>
    /// <param name="types">Floating-point types of the parameters and of matrix products.</param>
    /// <param name="device">Where the parameters live; null for the CPU.</param>
    public NGptModel(ModelConfig config, ModelTypes types, Device? device)
        : base(nameof(NGptModel), config, types, device)
    {
        ArgumentNullException.ThrowIfNull(config);
        NGptScales scales = config.Scales ?? throw new ArgumentException("nGPT needs its scales", nameof(config));
        IEnumerable<int> layers = Enumerable.Range(0, config.LayerCount);
        _blocks = new ModuleList<NGptBlock>([.. layers.Select(layer => new NGptBlock(config, layer, types, device))]);
        Body.register_module("layers", _blocks);
        _logitScale = new ScaleVector(config.VocabularySize, scales.Logit, 1, types.Parameters, device);
        Body.register_parameter("sz", _logitScale.Stored);
    }

    private protected override Tensor AttentionStep(int layer, Tensor h, SequenceContext context) => _blocks[layer].AttentionStep(h, context);

    private protected override Tensor MlpStep(int layer, Tensor h) => _blocks[layer].MlpStep(h);

    private protected override Tensor Logits(Tensor h) => OutputProducts(h) * _logitScale.Effective();
}
