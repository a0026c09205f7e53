using NGpt.Core.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>The baseline that nGPT is compared with: pre-norm Transformer with RMSNorm, RoPE and SwiGLU.</summary>
public sealed class GptModel : LanguageModel
{
    private readonly ModuleList<GptBlock> _blocks;
    private readonly RmsNorm _finalNorm;

    /// <summary>Creates the model with undefined parameters.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="types">Floating-point types of the parameters and of matrix products.</param>
    /// <param name="device">Where the parameters live; null for the CPU.</param>
    public GptModel(ModelConfig config, ModelTypes types, Device? device)
        : base(nameof(GptModel), config, types, device)
    {
        ArgumentNullException.ThrowIfNull(config);
        IEnumerable<int> layers = Enumerable.Range(0, config.LayerCount);
        _blocks = new ModuleList<GptBlock>([.. layers.Select(layer => new GptBlock(config, layer, types, device))]);
        Body.register_module("layers", _blocks);
        Body.register_module("norm", _finalNorm = new RmsNorm(config.EmbeddingWidth, config.RmsNormEpsilon, types.Parameters, device));
    }

    private protected override Tensor AttentionStep(int layer, Tensor h, SequenceContext context) => _blocks[layer].AttentionStep(h, context);

    private protected override Tensor MlpStep(int layer, Tensor h) => _blocks[layer].MlpStep(h);

    private protected override Tensor Logits(Tensor h) => OutputProducts(_finalNorm.forward(h));
}
