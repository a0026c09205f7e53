using NGpt.Core.Configuration;

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
    public static TrainingConfig Training(string variant, string sizes) => RunConfigResolver.ResolveTraining(Layers(variant, sizes), Architecture.NGpt);

    private static SettingLayers Layers(string variant, string sizes) =>
        SettingLayers.Create($"{variant} {sizes}".Split(' ').Select(option => option.Split('=')).Select(pair => (pair[0], pair[1])));
}
