using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

/// <summary>Every preset, built without memory on the meta device, against an approved list of names and shapes.</summary>
public sealed class PresetShapeTests
{
    public static TheoryData<string, Architecture> PresetsAndArchitectures { get; } = new(
        from preset in new[] { "nano", "small", "medium", "0.5b", "1b" }
        from architecture in Enum.GetValues<Architecture>()
        select (preset, architecture));

    [Theory]
    [InlineData("0.5b", Architecture.Gpt, 468_239_360)]
    [InlineData("0.5b", Architecture.NGpt, 468_491_520)]
    [InlineData("1b", Architecture.Gpt, 1_025_731_840)]
    [InlineData("1b", Architecture.NGpt, 1_026_177_280)]
    public void Published_sizes_have_the_published_parameter_counts(string preset, Architecture architecture, long expected)
    {
        ModelConfig config = Config(preset, architecture);
        using LanguageModel model = LanguageModel.Create(config, device: META);
        Assert.Equal(expected, model.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(expected, config.ParameterCount);
    }

    [Theory]
    [MemberData(nameof(PresetsAndArchitectures))]
    public void Names_and_shapes_are_the_approved_ones(string preset, Architecture architecture)
    {
        using LanguageModel model = LanguageModel.Create(Config(preset, architecture), device: META);
        string[] actual = [.. model.named_parameters().Select(entry => $"{entry.name} [{string.Join(", ", entry.parameter.shape)}]").Order(StringComparer.Ordinal)];
        string name = $"{preset}.{architecture.ToString().ToLowerInvariant()}.approved.txt";
        if (Environment.GetEnvironmentVariable("NGPT_APPROVE") is string folder)
        {
            // Writes the list for a person to look at and commit.
            File.WriteAllLines(Path.Combine(folder, name), actual);
        }

        Assert.Equal(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "shapes", name)), actual);
    }

    private static ModelConfig Config(string preset, Architecture architecture) => RunConfigResolver.ResolveModel(
        SettingLayers.Create([("preset", preset), ("arch", architecture.ToString())]), vocabularySize: 32_000);
}
