using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class RunConfigResolverTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngpt-resolver-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void More_tokens_in_a_pass_than_can_be_counted_are_refused()
    {
        SettingLayers layers = SettingLayers.Create([("preset", "nano"), ("batch-size", "2000000000"), ("context-length", "2")]);
        Assert.Contains("2147483647 tokens", Assert.Throws<UsageException>(() => RunConfigResolver.Check(layers)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Switching_the_architecture_alone_gives_the_proper_baseline()
    {
        SettingLayers layers = SettingLayers.Create([("arch", "gpt")]);
        AssertBaseline(layers, Presets.Default);
    }

    [Fact]
    public void An_architecture_from_the_file_meets_a_preset_from_an_option()
    {
        string path = Path.Combine(_folder.FullName, "run.toml");
        File.WriteAllText(path, "arch = 'gpt'");
        SettingLayers layers = SettingLayers.Create([("preset", "nano")], path);
        AssertBaseline(layers, Presets.Nano);
    }

    [Fact]
    public void Normalized_Transformer_has_no_weight_decay_and_no_warmup()
    {
        SettingLayers layers = SettingLayers.Create([]);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers);
        Assert.Equal((0.0, 0, Presets.Default.NGptLearningRate), (training.WeightDecay, training.WarmupSteps, training.LearningRate));
        Assert.Equal(NGptScales.Published(Presets.Default.EmbeddingWidth), RunConfigResolver.ResolveModel(layers, 77).Scales);
    }

    [Theory]
    [InlineData("ngpt")]
    [InlineData("gpt")]
    public void What_the_person_gives_wins_for_either_architecture(string arch)
    {
        SettingLayers layers = SettingLayers.Create(
            [("arch", arch), ("weight-decay", "0.03"), ("warmup-steps", "7"), ("learning-rate", "0.005"), ("mlp-width", "33")]);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers);
        Assert.Equal((0.03, 7, 0.005), (training.WeightDecay, training.WarmupSteps, training.LearningRate));
        Assert.Equal(33, RunConfigResolver.ResolveModel(layers, 77).MlpWidth);
        Assert.Empty(layers.Warnings());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(39, 1)]
    [InlineData(100, 5)]
    [InlineData(100_000, 2000)]
    public void Warmup_of_the_baseline_is_5_percent_of_the_steps_within_bounds(int steps, int expected)
    {
        SettingLayers layers = SettingLayers.Create([("arch", "gpt"), ("steps", $"{steps}")]);
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers);
        Assert.Equal((expected, steps), (training.WarmupSteps, training.DecaySteps));
    }

    [Fact]
    public void Scales_are_overridden_one_by_one()
    {
        SettingLayers layers = SettingLayers.Create(
            [("alpha-init", "0.11"), ("sqk-scale", "0.22"), ("su-init", "1.3"), ("sv-scale", "1.4"), ("sz-init", "1.5"), ("embedding-width", "24")]);
        NGptScales published = NGptScales.Published(24);
        Assert.Equal(
            new NGptScales
            {
                Alpha = published.Alpha with { Initial = 0.11 },
                QueryKey = published.QueryKey with { Scale = 0.22 },
                Up = published.Up with { Initial = 1.3 },
                Gate = published.Gate with { Scale = 1.4 },
                Logit = published.Logit with { Initial = 1.5 },
            },
            RunConfigResolver.ResolveModel(layers, 77).Scales);
        Assert.Equal(96, RunConfigResolver.ResolveModel(layers, 77).MlpWidth);
    }

    [Fact]
    public void All_problems_of_model_training_and_options_come_in_one_line()
    {
        SettingLayers layers = SettingLayers.Create(
            [("heads", "3"), ("embedding-width", "256"), ("layers", "0"), ("batch-size", "0"), ("beta2", "1"), ("resume", "auto"), ("init-from", "x")]);
        UsageException e = Assert.Throws<UsageException>(() => RunConfigResolver.Check(layers));
        Assert.Equal(
            "layers must be between 1 and 1000, not 0; embedding width 256 is not divisible by 3 heads (nearest that fit: 252 and 258); "
            + "batch size must be at least 1, not 0; beta2 must be at least 0 and below 1, not 1; "
            + "--resume resumes a run and --init-from starts a new one: give one of them",
            e.Message);
    }

    [Theory]
    [InlineData("--decay-fraction has no effect: only --schedule wsd uses it", "decay-fraction", "0.3")]
    [InlineData(null, "decay-fraction", "0.3", "schedule", "wsd")]
    [InlineData("--decay-steps has no effect: --schedule constant never decays", "decay-steps", "100", "schedule", "constant")]
    [InlineData("--su-init has no effect: the GPT baseline has no such scale", "su-init", "2", "arch", "gpt")]
    [InlineData(null, "su-init", "2")]
    [InlineData("--sz-shape has no effect: the GPT baseline has no such scale", "sz-shape", "scalar", "arch", "gpt")]
    [InlineData("--qk-norm has no effect: the GPT baseline never normalizes queries and keys", "qk-norm", "none", "arch", "gpt")]
    [InlineData(null, "qk-norm", "none", "alpha-shape", "scalar")]
    [InlineData("--base-layers has no effect: only --parametrization nugpt uses it", "base-layers", "3")]
    [InlineData("--base-layers has no effect: only --parametrization nugpt uses it", "base-layers", "3", "arch", "gpt")]
    [InlineData(null, "parametrization", "published")]
    [InlineData(null, "warmup-steps", "2")]
    [InlineData(null, "rope-theta", "5000")]
    [InlineData("--time-limit has no effect: --eval-only takes no steps", "time-limit", "5m", "eval-only", "true")]
    [InlineData("--patience has no effect: the run ends after 90 steps, with an evaluation every 30", "patience", "3", "steps", "90", "eval-interval", "30")]
    [InlineData(null, "patience", "2", "steps", "90", "eval-interval", "30")]
    public void A_setting_without_effect_is_warned_about(string? expected, params string[] options)
    {
        SettingLayers layers = SettingLayers.Create(options.Chunk(2).Select(pair => (pair[0], pair[1])));
        RunConfigResolver.Check(layers);
        _ = RunConfigResolver.ResolveModel(layers, 50);
        _ = RunConfigResolver.ResolveTraining(layers);
        _ = RunConfigResolver.ResolveRun(layers);
        Assert.Equal(expected is null ? [] : [expected], layers.Warnings());
    }

    [Fact]
    public void Every_option_of_a_call_is_handed_on()
    {
        SettingLayers layers = SettingLayers.Create(
            [
                ("out", "o"), ("device", "cuda:2"), ("dtype", "bf16"), ("engine", "fast"), ("recompute", "true"), ("threads", "3"), ("resume", "r"),
                ("eval-only", "true"), ("explain-memory", "true"), ("time-limit", "2m"),
            ]);
        Assert.Equal(
            new RunOptions
            {
                Out = "o",
                Device = "cuda:2",
                Precision = Precision.Bf16,
                Engine = EngineKind.Fast,
                Recompute = true,
                Threads = 3,
                Resume = "r",
                EvalOnly = true,
                ExplainMemory = true,
                TimeLimit = TimeSpan.FromMinutes(2),
            },
            RunConfigResolver.ResolveRun(layers));
        Assert.Equal("w", RunConfigResolver.ResolveRun(SettingLayers.Create([("init-from", "w")])).InitFrom);
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("bf16", Precision.Bf16)]
    [InlineData("BFloat16", Precision.Bf16)]
    [InlineData("float32", Precision.F32)]
    public void A_data_type_is_a_precision_or_left_to_the_program(string word, Precision? expected) =>
        Assert.Equal(expected, RunConfigResolver.ResolveRun(SettingLayers.Create([("dtype", word)])).Precision);

    [Theory]
    [InlineData("auto", null)]
    [InlineData("fast", EngineKind.Fast)]
    [InlineData("plain", EngineKind.Plain)]
    public void An_engine_is_named_or_left_to_the_program(string word, EngineKind? expected) =>
        Assert.Equal(expected, RunConfigResolver.ResolveRun(SettingLayers.Create([("engine", word)])).Engine);

    private static void AssertBaseline(SettingLayers layers, Preset preset)
    {
        TrainingConfig training = RunConfigResolver.ResolveTraining(layers);
        Assert.Equal(
            (0.1, preset.Steps / 20, preset.GptLearningRate, preset.Steps), (training.WeightDecay, training.WarmupSteps, training.LearningRate, training.Steps));
        ModelConfig model = RunConfigResolver.ResolveModel(layers, 77);
        Assert.Equal((Architecture.Gpt, null), (model.Architecture, model.Scales));
    }
}
