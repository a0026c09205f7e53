using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

/// <summary>What may be given when a run of a variant continues.</summary>
public sealed class ResumeRulesTests
{
    private static readonly (string Name, string Value)[] Begun =
    [
        ("preset", "nano"), ("learning-rate", "0.01"), ("min-learning-rate", "0.001"), ("sz-shape", "scalar"), ("qk-norm", "none"),
        ("parametrization", "nugpt"), ("base-width", "16"), ("base-layers", "1"), ("base-tokens", "1000"),
    ];

    [Fact]
    public void What_was_given_at_the_start_may_be_given_again()
    {
        RunConfig stored = Stored();
        Assert.NotEqual(0.01, stored.Training.LearningRate);
        List<string> warnings = [];
        Assert.Equal(stored, Apply(stored, warnings, Begun));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Learning_rate_and_schedule_may_change_with_a_warning()
    {
        RunConfig stored = Stored(("preset", "nano"), ("learning-rate", "0.01"));
        List<string> warnings = [];
        RunConfig changed = Apply(stored, warnings, ("learning-rate", "0.02"), ("schedule", "linear"), ("min-learning-rate", "0.001"), ("warmup-steps", "0"));
        Assert.Equal(
            stored with { Training = stored.Training with { LearningRate = 0.02, Schedule = LearningRateSchedule.Linear, MinLearningRate = 0.001 } }, changed);
        Assert.Equal(
            [
                "learning-rate is 0.02 from here on, it was 0.01 in the steps so far",
                "min-learning-rate is 0.001 from here on, it was 0 in the steps so far",
                "schedule is linear from here on, it was cosine in the steps so far",
            ],
            warnings);
    }

    [Fact]
    public void A_longer_run_keeps_the_learning_rate_of_its_first_length_with_a_warning()
    {
        RunConfig stored = Stored();
        List<string> warnings = [];
        RunConfig longer = Apply(stored, warnings, ("steps", "600"), ("decay-steps", "60"));
        Assert.Equal(stored with { Training = stored.Training with { Steps = 600 } }, longer);
        Assert.Equal(["the learning rate stays 3.193e-3, as νGPT adapted it to 60 steps: for 600 steps it would be another one"], warnings);
        warnings.Clear();
        RunConfig published = stored with { Training = stored.Training with { NuGptBase = null } };
        Apply(published, warnings, ("steps", "600"), ("decay-steps", "60"));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("sz-shape is scalar in this run, not vector", "sz-shape", "vector")]
    [InlineData("su-shape is vector in this run, not scalar", "su-shape", "scalar")]
    [InlineData("qk-norm is none in this run, not norm", "qk-norm", "norm")]
    [InlineData("parametrization is nugpt in this run, not published", "parametrization", "published")]
    [InlineData("base-width is 16 in this run, not 8", "base-width", "8")]
    [InlineData("base-layers is 1 in this run, not 2", "base-layers", "2")]
    [InlineData("base-tokens is 1000 in this run, not 2000", "base-tokens", "2000")]
    [InlineData("the learning rates of a νGPT run are adapted from those of its base model, 0.01 and 0.001, and cannot be changed", "learning-rate", "0.02")]
    [InlineData("the learning rates of a νGPT run are adapted from those of its base model, 0.01 and 0.001, and cannot be changed", "min-learning-rate", "0")]
    public void Another_variant_is_rejected(string expected, string name, string value) =>
        Assert.Equal(expected, Assert.Throws<UsageException>(() => Apply(Stored(), [], (name, value))).Message);

    [Fact]
    public void Weights_of_another_variant_are_rejected_by_name()
    {
        ModelConfig variant = Stored().Model;
        ModelConfig published = RunConfigResolver.ResolveModel(SettingLayers.Create([("preset", "nano")]), 97);
        UsageException e = Assert.Throws<UsageException>(() => Compatibility.RequireSameModel(published, variant, "w"));
        Assert.Contains("qk-norm is none there, norm here", e.Message);
        Assert.Contains("sz is a scalar there, a vector here", e.Message);
    }

    private static RunConfig Stored(params (string Name, string Value)[] begun)
    {
        SettingLayers layers = SettingLayers.Create(begun.Length > 0 ? begun : Begun);
        return new RunConfig
        {
            Preset = "nano",
            Model = RunConfigResolver.ResolveModel(layers, 97),
            Training = RunConfigResolver.ResolveTraining(layers),
            Data = new DataConfig { Source = "dotnet-docs", Tokenizer = "bytes", Fingerprint = new string('a', 64) },
        };
    }

    private static RunConfig Apply(RunConfig stored, List<string> warnings, params (string Name, string Value)[] options)
    {
        SettingLayers layers = SettingLayers.Create(options);
        return ResumeRules.Apply(stored, layers, RunConfigResolver.ResolveRun(layers), warnings.Add);
    }
}
