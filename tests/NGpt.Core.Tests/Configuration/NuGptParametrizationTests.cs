using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class NuGptParametrizationTests
{
    private static readonly (string, string)[] Run =
    [
        ("embedding-width", "96"), ("layers", "6"), ("heads", "4"), ("context-length", "50"), ("batch-size", "4"),
        ("gradient-accumulation", "5"), ("steps", "270"), ("learning-rate", "0.01"), ("min-learning-rate", "0.001"), ("parametrization", "nugpt"),
    ];

    [Fact]
    public void Rates_and_starts_follow_from_width_depth_and_tokens()
    {
        // 270·4·5·50 = 270,000 tokens, 27 times as many; 16 times as wide, 3 times as deep.
        SettingLayers layers = SettingLayers.Create([.. Run, ("base-width", "6"), ("base-layers", "2"), ("base-tokens", "10_000")]);
        RunConfigResolver.Check(layers);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers);
        Assert.Equal(0.01 / 3, training.LearningRate, 1e-15);
        Assert.Equal(0.001 / 3, training.MinLearningRate, 1e-16);
        Assert.Equal(0.25, training.LearningRateFactors.TokenEmbedding, 1e-14);
        Assert.Equal(0.125, training.LearningRateFactors.Matrices, 1e-14);
        Assert.Equal(1, training.LearningRateFactors.Vectors);
        Assert.Equal(new NuGptBase(6, 2, 10_000, 0.01, 0.001), training.NuGptBase);

        NGptScales scales = RunConfigResolver.ResolveModel(layers, 77).Scales!;
        NGptScales published = NGptScales.Published(96);
        Assert.Equal(0.05 / 3, scales.Alpha.Initial, 1e-16);
        Assert.Equal(0.03, scales.Alpha.Scale);
        Assert.Equal(4, scales.Logit.Initial, 1e-14);
        Assert.Equal(published with { Alpha = scales.Alpha, Logit = published.Logit with { Initial = scales.Logit.Initial } }, scales);
        Assert.Empty(layers.Warnings());
    }

    [Fact]
    public void On_the_base_model_itself_only_the_stored_alpha_differs_from_the_published_parametrization()
    {
        (string, string)[] published = [.. Run.Where(option => option.Item1 != "parametrization")];
        SettingLayers with = SettingLayers.Create([.. Run, ("base-width", "96"), ("base-layers", "6"), ("base-tokens", "270000")]);
        SettingLayers without = SettingLayers.Create(published);
        ModelConfig expected = RunConfigResolver.ResolveModel(without, 77);
        Assert.Equal(
            expected with { Scales = expected.Scales! with { Alpha = new ScaleSetting(0.05, 0.03) } },
            RunConfigResolver.ResolveModel(with, 77));
        TrainingConfig training = RunConfigResolver.ResolveTraining(with);
        Assert.Equal(RunConfigResolver.ResolveTraining(without), training with { NuGptBase = null });
        Assert.NotNull(training.NuGptBase);
    }

    [Fact]
    public void What_the_person_gives_wins()
    {
        SettingLayers layers = SettingLayers.Create(
            [
                .. Run, ("base-width", "16"), ("base-layers", "2"), ("base-tokens", "10000"), ("alpha-init", "0.2"), ("alpha-scale", "0.4"),
                ("sz-init", "7"), ("sz-shape", "scalar"), ("qk-norm", "none"),
            ]);
        NGptScales scales = RunConfigResolver.ResolveModel(layers, 77).Scales!;
        Assert.Equal(new ScaleSetting(0.2, 0.4), scales.Alpha);
        Assert.Equal(new ScaleSetting(7, 1 / Math.Sqrt(96), ScaleShape.Scalar), scales.Logit);
        Assert.Equal(QueryKeyNormalization.None, scales.QueryKeyNormalization);
    }

    [Theory]
    [InlineData("--parametrization nugpt transfers from a tuned base model: give --base-width and --base-layers and --base-tokens too")]
    [InlineData("--parametrization nugpt transfers from a tuned base model: give --base-tokens too", "base-width", "16", "base-layers", "2")]
    [InlineData("--parametrization nugpt is for nGPT only: the GPT baseline takes its learning rate as given",
        "arch", "gpt", "base-width", "16", "base-layers", "2", "base-tokens", "5")]
    public void What_cannot_be_transferred_is_refused(string expected, params string[] options)
    {
        SettingLayers layers = SettingLayers.Create([.. Run, .. options.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        Assert.Equal(expected, Assert.Throws<UsageException>(() => RunConfigResolver.Check(layers)).Message);
        Assert.Equal(expected, Assert.Throws<UsageException>(() => RunConfigResolver.ResolveModel(layers, 77)).Message);
        Assert.Equal(expected, Assert.Throws<UsageException>(() => RunConfigResolver.ResolveTraining(layers)).Message);
    }

    [Fact]
    public void An_impossible_size_is_named_and_not_what_would_follow_from_it()
    {
        (string, string)[] options = [.. Run.Where(option => option.Item1 is not "steps"), ("steps", "0"), ("base-width", "16"), ("base-layers", "2"), ("base-tokens", "5")];
        Assert.Equal("steps must be at least 1, not 0", Assert.Throws<UsageException>(() => RunConfigResolver.Check(SettingLayers.Create(options))).Message);
    }
}
