using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;
using NGpt.Lab.Sweeping;
using NGpt.Lab.Tests.Runs;

namespace NGpt.Lab.Tests.Sweeping;

public sealed class SweepPlannerTests : IDisposable
{
    private readonly LabFolder _folder = new();

    // 200 steps of 0.1 s; evaluations and checkpoints cost nothing.
    private static RunCost TenthOfASecond { get; } = new(0, 0.1, 0, 0);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Width_multiplies_heads_and_MLP_too()
    {
        SweepPlan plan = SweepPlanner.Draft(Options(SweepAxis.Width));

        Assert.Equal(new SweepSize(18, 3, 23, 2, 12), plan.Base);
        Assert.Equal(new SweepSize(36, 6, 46, 2, 12), plan.SizeOf(2));
        Assert.Equal(new SweepSize(90, 15, 115, 2, 12), plan.SizeOf(5));
        Assert.Equal(3 * 17, plan.TokensPerStep);
        Assert.Equal(("width 36", 36.0), (plan.SizeText(2), plan.AxisValue(2)));
    }

    [Fact]
    public void Depth_and_tokens_leave_the_rest_as_it_is()
    {
        SweepPlan depth = SweepPlanner.Draft(Options(SweepAxis.Depth));
        SweepPlan tokens = SweepPlanner.Draft(Options(SweepAxis.Tokens));

        Assert.Equal(new SweepSize(18, 3, 23, 10, 12), depth.SizeOf(5));
        Assert.Equal(("10 layers", 10.0), (depth.SizeText(5), depth.AxisValue(5)));
        Assert.Equal(new SweepSize(18, 3, 23, 2, 60), tokens.SizeOf(5));
        Assert.Equal(("3,060 tokens", 3060.0), (tokens.SizeText(5), tokens.AxisValue(5)));
        Assert.Equal(3, tokens.EvalIntervalOf(12));
        Assert.Equal(4, tokens.EvalIntervalOf(13));
    }

    [Fact]
    public void The_MLP_is_four_times_as_wide_unless_it_was_given()
    {
        SweepPlan plan = SweepPlanner.Draft(new SweepOptions { Preset = SweepPreset.Quick, Folder = "unused" });

        Assert.Equal(new SweepSize(64, 4, 256, 2, 200), plan.Base);
        Assert.Equal(new SweepSize(128, 8, 512, 2, 200), plan.SizeOf(2));
        Assert.Equal([1e-2, 2e-2, 4e-2, 8e-2, 0.16], plan.Rates);
        Assert.Equal([1337], plan.Seeds);
    }

    [Fact]
    public void The_standard_base_is_narrower_than_its_preset_unless_something_else_was_given()
    {
        SweepOptions options = new() { Folder = "unused" };

        Assert.Equal(new SweepSize(64, 2, 256, 4, 1500), SweepPlanner.Draft(options).Base);
        Assert.Equal((96, 2), Width(options with { Settings = [("embedding-width", "96")] }));
        Assert.Equal((128, 4), Width(options with { Training = Presets.Small }));
        Assert.Equal([2.5e-3, 5e-3, 1e-2, 2e-2, 4e-2], SweepPlanner.Draft(options).Rates);
        Assert.Equal([7.5e-4, 1.5e-3, 3e-3, 6e-3, 1.2e-2], SweepPlanner.Draft(options with { Training = Presets.Medium }).Rates);
        File.WriteAllText(_folder.At("c.toml"), "n_embd = 192\nsteps = 77\n");
        SweepPlan file = SweepPlanner.Draft(options with { ConfigPath = _folder.At("c.toml") });
        Assert.Equal((192, 2, 77), (file.Base.Width, file.Base.Heads, file.Base.Steps));
        Assert.Null(SweepPlanner.BudgetOf(options with { ConfigPath = _folder.At("c.toml") }));
        Assert.Equal(TimeSpan.FromHours(1), SweepPlanner.BudgetOf(options));

        static (int, int) Width(SweepOptions options) => (SweepPlanner.Draft(options).Base.Width, SweepPlanner.Draft(options).Base.Heads);
    }

    [Fact]
    public void Every_rate_is_trained_at_every_size_in_both_parametrizations_seed_by_seed()
    {
        SweepPlan plan = SweepPlanner.Draft(Options(SweepAxis.Width) with { Seeds = 2, Seed = 7, Rates = [4e-3, 1e-3] });
        SweptRun[] runs = [.. plan.Runs()];

        Assert.Equal(3 * 2 * 2 * 2, runs.Length);
        Assert.Equal(plan.RunCount, runs.Length);
        Assert.Equal(runs.Length, runs.Select(run => run.Planned(plan).Name).Distinct().Count());
        Assert.Equal(new SweptRun(Parametrization.Published, 1, 1e-3, 7), runs[0]);
        Assert.Equal(new SweptRun(Parametrization.NuGpt, 5, 4e-3, 8), runs[^1]);
        Assert.All(runs.Take(12), run => Assert.Equal(7, run.Seed));
        Assert.Equal("nugpt-x5-rate-0.004-seed-8", runs[^1].Planned(plan).Name);
    }

    [Fact]
    public void Runs_of_nuGPT_have_the_sizes_of_the_base_model()
    {
        SweepPlan plan = SweepPlanner.Draft(Options(SweepAxis.Width));
        (ModelConfig model, TrainingConfig training) = Resolve(plan, new SweptRun(Parametrization.NuGpt, 2, 0.01, 1));

        Assert.Equal((36, 6, 46), (model.EmbeddingWidth, model.HeadCount, model.MlpWidth));
        Assert.Equal(0.01, training.LearningRate);
        Assert.Equal(new NuGptBase(18, 2, 12 * 51, 0.01, 0), training.NuGptBase);
        Assert.Equal(Math.Pow(2, -0.5), training.LearningRateFactors.TokenEmbedding, 1e-12);
        Assert.Equal(Math.Pow(2, -0.75), training.LearningRateFactors.Matrices, 1e-12);
        Assert.Equal(0.03, model.Scales!.Alpha.Scale);
        Assert.Equal(Math.Sqrt(2), model.Scales.Logit.Initial, 1e-12);

        (ModelConfig deep, TrainingConfig _) = Resolve(SweepPlanner.Draft(Options(SweepAxis.Depth)), new SweptRun(Parametrization.NuGpt, 5, 0.01, 1));
        Assert.Equal(0.05 / 5, deep.Scales!.Alpha.Initial, 1e-12);
        (_, TrainingConfig longer) = Resolve(SweepPlanner.Draft(Options(SweepAxis.Tokens)), new SweptRun(Parametrization.NuGpt, 5, 0.01, 1));
        Assert.Equal(0.01 * Math.Pow(5, -1.0 / 3), longer.LearningRate, 1e-12);
        Assert.Equal((60, 60), (longer.Steps, longer.DecaySteps));
    }

    [Fact]
    public void The_published_runs_take_the_rate_as_it_is()
    {
        foreach (SweepAxis axis in SweepAxes.All)
        {
            (ModelConfig model, TrainingConfig training) = Resolve(SweepPlanner.Draft(Options(axis)), new SweptRun(Parametrization.Published, 5, 0.01, 1));

            Assert.Equal(0.01, training.LearningRate);
            Assert.Equal(LearningRateFactors.Equal, training.LearningRateFactors);
            Assert.Null(training.NuGptBase);
            Assert.Equal(NGptScales.Published(model.EmbeddingWidth), model.Scales);
        }
    }

    [Fact]
    public void On_the_base_model_only_the_stored_alpha_differs()
    {
        SweepPlan plan = SweepPlanner.Draft(Options(SweepAxis.Width));
        (ModelConfig published, TrainingConfig publishedTraining) = Resolve(plan, new SweptRun(Parametrization.Published, 1, 0.01, 1));
        (ModelConfig nuGpt, TrainingConfig nuGptTraining) = Resolve(plan, new SweptRun(Parametrization.NuGpt, 1, 0.01, 1));

        Assert.NotEqual(published.Scales!.Alpha.Scale, nuGpt.Scales!.Alpha.Scale);
        Assert.Equal(published, nuGpt with { Scales = nuGpt.Scales with { Alpha = published.Scales.Alpha } });
        Assert.Equal(publishedTraining, nuGptTraining with { NuGptBase = null });
    }

    [Fact]
    public void Steps_are_as_many_as_fit()
    {
        SweepOptions options = new() { Preset = SweepPreset.Quick, Axis = SweepAxis.Tokens, Multiples = [1, 3], Budget = TimeSpan.FromSeconds(690), Folder = "unused" };
        SweepPlan draft = SweepPlanner.Draft(options);
        RunCost[] costs = [TenthOfASecond, TenthOfASecond];
        SweepPlan plan = SweepPlanner.Fit(draft, options, costs);

        // 10 runs of each size, 4 times the base's steps together, 0.1 s a step, 15% in reserve: 150 steps.
        Assert.Equal(1.15 * 10 * 4 * 200 * 0.1, SweepPlanner.Estimate(draft, costs).TotalSeconds, 1e-6);
        Assert.Equal((150, 450), (plan.Base.Steps, plan.SizeOf(3).Steps));
        Assert.Equal(38, plan.EvalIntervalOf(150));
        Assert.Same(draft, SweepPlanner.Fit(draft, options with { Budget = TimeSpan.FromHours(1) }, costs));
    }

    [Fact]
    public void Larger_sizes_evaluations_and_starts_take_their_time()
    {
        SweepPlan plan = SweepPlanner.Draft(new SweepOptions
        {
            Preset = SweepPreset.Quick,
            Rates = [1e-3],
            Multiples = [1, 2],
            Steps = 30,
            EvalInterval = 20,
            Folder = "unused",
        });
        // Two evaluations and that of the untrained model; two runs of each size.
        double small = 2 * (1 + (30 * 0.1) + (3 * 10) + (2 * 100));
        double large = 2 * 30 * 0.5;

        Assert.Equal(1.15 * (small + large), SweepPlanner.Estimate(plan, [new RunCost(1, 0.1, 10, 100), new RunCost(0, 0.5, 0, 0)]).TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData(null, 30, "20 runs with a base of 50 steps, the minimum, take about 2m here, more than the 30s of --budget", "--budget 2m, or fewer rates, multiples or seeds")]
    [InlineData(200, 300, "20 runs with a base of 200 steps take about 8m here, more than the 5m of --budget", "--steps 130, or --budget 8m")]
    public void An_impossible_budget_says_what_would_fit(int? steps, int seconds, string problem, string remedy)
    {
        SweepOptions options = new() { Preset = SweepPreset.Quick, Steps = steps, Budget = TimeSpan.FromSeconds(seconds), Folder = "unused" };
        UsageException refusal = Assert.Throws<UsageException>(() => SweepPlanner.Fit(SweepPlanner.Draft(options), options, [TenthOfASecond, TenthOfASecond]));

        Assert.Equal(problem, refusal.Message);
        Assert.Contains(remedy, refusal.Remedy);
    }

    [Fact]
    public void All_problems_are_named_at_once()
    {
        File.WriteAllText(_folder.At("c.toml"), "alpha-scale = 0.1\ndecay-steps = 5\n");
        UsageException refusal = Assert.Throws<UsageException>(() => SweepPlanner.Draft(new SweepOptions
        {
            Preset = SweepPreset.Quick,
            Multiples = [2, 65],
            Rates = [-1],
            Steps = 0,
            Seeds = 0,
            EvalInterval = 0,
            Budget = TimeSpan.Zero,
            ConfigPath = _folder.At("c.toml"),
            Folder = "unused",
        }));

        Assert.Contains("--steps 0 is below 1", refusal.Message);
        Assert.Contains("--seeds 0", refusal.Message);
        Assert.Contains("--eval-interval 0", refusal.Message);
        Assert.Contains("--budget", refusal.Message);
        Assert.Contains("--multiples lacks 1", refusal.Message);
        Assert.Contains("--multiples: 65 is outside 1 to 64", refusal.Message);
        Assert.Contains("--rates: -1 is not above 0", refusal.Message);
        Assert.Contains("alpha-scale cannot be set in a sweep", refusal.Message);
        Assert.Contains("decay-steps cannot be set in a sweep", refusal.Message);
        Assert.Contains("1 different values", Assert.Throws<UsageException>(() => SweepPlanner.Draft(Options(SweepAxis.Width) with { Multiples = [1, 1] })).Message);
    }

    [Fact]
    public void An_impossible_size_is_named_before_anything_is_trained()
    {
        SweepOptions options = Options(SweepAxis.Width) with { Multiples = [1, 64] };
        string message = Assert.Throws<UsageException>(() => SweepPlanner.Draft(options with
        {
            Settings = [.. options.Settings.Where(setting => setting.Name is not ("embedding-width" or "heads")), ("embedding-width", "60000"), ("heads", "60")],
        })).Message;
        Assert.StartsWith("64 times the base model: ", message);

        Assert.Contains("heads", Assert.Throws<UsageException>(() => SweepPlanner.Draft(options with
        {
            Settings = [.. options.Settings.Where(setting => setting.Name != "heads"), ("heads", "5")],
        })).Message);
    }

    private SweepOptions Options(SweepAxis axis) => new()
    {
        Preset = SweepPreset.Quick,
        Axis = axis,
        Settings = _folder.Settings,
        Multiples = [5, 1, 2],
        Steps = 12,
        Folder = "unused",
    };

    private static (ModelConfig Model, TrainingConfig Training) Resolve(SweepPlan plan, SweptRun run)
    {
        SettingLayers layers = SettingLayers.Create(run.Planned(plan).Settings);
        RunConfigResolver.Check(layers);
        (ModelConfig, TrainingConfig) resolved = (RunConfigResolver.ResolveModel(layers, 77), RunConfigResolver.ResolveTraining(layers));
        Assert.DoesNotContain(layers.Warnings(), warning => warning.Contains("base-", StringComparison.Ordinal));
        return resolved;
    }
}
