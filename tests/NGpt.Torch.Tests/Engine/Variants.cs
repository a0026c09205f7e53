using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Engine;

/// <summary>The variants of nGPT by the options that make them, for tests that hold for each.</summary>
internal static class Variants
{
    public static TheoryData<string> All { get; } =
    [
        "alpha-shape=scalar",
        "sqk-shape=scalar",
        "su-shape=scalar",
        "sv-shape=scalar",
        "sz-shape=scalar",
        "qk-norm=none",
        "parametrization=nugpt base-width=7 base-layers=1 base-tokens=999",
        "alpha-shape=scalar sqk-shape=scalar su-shape=scalar sv-shape=scalar sz-shape=scalar qk-norm=none",
    ];

    /// <summary>The model of a variant; sizes are given by further options of the same form.</summary>
    public static ModelConfig Model(string variant, int vocabulary, string sizes) => RunConfigResolver.ResolveModel(Layers(variant, sizes), vocabulary);

    /// <summary>The recipe of a variant.</summary>
    public static TrainingConfig Training(string variant, string sizes) => RunConfigResolver.ResolveTraining(Layers(variant, sizes));

    /// <summary>The same model with a vector of equal entries wherever a scale is one number.</summary>
    public static LanguageModel Spread(LanguageModel model)
    {
        NGptScales scales = model.Config.Scales!;
        ModelConfig config = model.Config with
        {
            Scales = scales with
            {
                Alpha = Vector(scales.Alpha),
                QueryKey = Vector(scales.QueryKey),
                Up = Vector(scales.Up),
                Gate = Vector(scales.Gate),
                Logit = Vector(scales.Logit),
            },
        };
        LanguageModel spread = LanguageModel.Create(config, model.Type);
        using IDisposable noGradient = no_grad();
        foreach (((_, Parameter source), (_, Parameter target)) in model.named_parameters().Zip(spread.named_parameters()))
        {
            target.copy_(source.expand(target.shape));
        }

        return spread;

        static ScaleSetting Vector(ScaleSetting setting) => setting with { Shape = ScaleShape.Vector };
    }

    private static SettingLayers Layers(string variant, string sizes) =>
        SettingLayers.Create($"{variant} {sizes}".Split(' ').Select(option => option.Split('=')).Select(pair => (pair[0], pair[1])));
}
