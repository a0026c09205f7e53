using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

/// <summary>Small models whose sizes are all different and odd where they may be.</summary>
internal static class TestModels
{
    public static ModelConfig Config(Architecture architecture, int contextLength = 13) => new()
    {
        Architecture = architecture,
        VocabularySize = 37,
        LayerCount = 3,
        HeadCount = 5,
        EmbeddingWidth = 30,
        MlpWidth = 47,
        ContextLength = contextLength,
        Scales = architecture == Architecture.NGpt ? NGptScales.Published(30) : null,
    };

    /// <summary>A model with random parameters, its scales and gains moved away from their starts.</summary>
    public static LanguageModel Create(Architecture architecture, ScalarType type = ScalarType.Float32, long seed = 5, int contextLength = 13, Precision precision = Precision.F32)
    {
        LanguageModel model = LanguageModel.Create(Config(architecture, contextLength), type, precision: precision);
        ModelInitializer.Initialize(model, seed);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using Generator generator = new((ulong)seed, CPU);
        foreach (Parameter parameter in model.parameters().Where(parameter => parameter.dim() == 1))
        {
            parameter.mul_(1 + (0.3 * randn(parameter.shape, dtype: type, generator: generator)));
        }

        return model;
    }

    public static Tensor Tokens(long batch, long length, long seed = 3)
    {
        using Generator generator = new((ulong)seed, CPU);
        return randint(0, 37, [batch, length], dtype: ScalarType.Int64, generator: generator);
    }
}
