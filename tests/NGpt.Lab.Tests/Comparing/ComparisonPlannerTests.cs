using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Comparing;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Tests.Comparing;

public sealed class ComparisonPlannerTests
{
    private static ComparisonOptions Quick { get; } = new() { Preset = ComparisonPreset.Quick, Folder = "unused" };

    // 400 steps of 0.1 s and 40 evaluations that cost nothing.
    private static RunCost TenthOfASecond { get; } = new(0, 0.1, 0, 0);

    [Fact]
    public void A_plan_counts_rates_alternatives_and_seeds()
    {
        ComparisonPlan plan = ComparisonPlanner.Draft(Quick with { GptWeightDecays = [0.1, 0, 0.3], GptWarmups = [0.05, 0.15], Seeds = 4, Seed = 7 });

        Assert.Equal(3 + 4, plan.NGptRunCount);
        Assert.Equal(3 + 2 + 1 + 4, plan.GptRunCount);
        Assert.Equal(7, plan.SweepSeed);
        Assert.Equal([8, 9, 10, 11], plan.Seeds);
        Assert.Equal((400, 10), (plan.Steps, plan.EvalInterval));
        Assert.Equal(1.15 * 17 * 40, ComparisonPlanner.Estimate(plan, TenthOfASecond, TenthOfASecond).TotalSeconds, 1e-6);
    }

    [Fact]
    public void Evaluations_checkpoints_and_starts_take_their_time()
    {
        ComparisonPlan plan = ComparisonPlanner.Draft(Quick with { NGptRates = [1], GptRates = [1], Seeds = 1, Steps = 30, EvalInterval = 20 });
        // Two evaluations and that of the untrained model.
        double nGpt = 2 * (1 + (30 * 0.1) + (3 * 10) + (2 * 100));
        double gpt = 2 * 30 * 0.5;

        Assert.Equal(1.15 * (nGpt + gpt), ComparisonPlanner.Estimate(plan, new RunCost(1, 0.1, 10, 100), new RunCost(0, 0.5, 0, 0)).TotalSeconds, 1e-6);
    }

    [Fact]
    public void Another_size_brings_its_own_rates_and_steps()
    {
        ComparisonPlan plan = ComparisonPlanner.Draft(Quick with { Training = Presets.Small });

        Assert.Equal(Presets.Small.Steps, plan.Steps);
        Assert.Equal([5e-3, 1e-2, 2e-2], plan.NGptRates);
        Assert.Equal([1e-3, 2e-3, 4e-3], plan.GptRates);
        Assert.Contains(("preset", "small"), plan.SettingsFor(Architecture.Gpt));
    }

    [Fact]
    public void Steps_are_as_many_as_fit()
    {
        ComparisonOptions options = Quick with { Budget = TimeSpan.FromSeconds(300) };
        ComparisonPlan plan = ComparisonPlanner.Fit(ComparisonPlanner.Draft(options), options, TenthOfASecond, TenthOfASecond);

        // 12 runs, 0.1 s a step, 15% in reserve: 217 steps, told in tens.
        Assert.Equal(210, plan.Steps);
        Assert.Equal(5, plan.EvalInterval);
        Assert.True(ComparisonPlanner.Estimate(plan, TenthOfASecond, TenthOfASecond) <= options.Budget);
    }

    [Fact]
    public void A_plan_that_fits_is_not_changed()
    {
        ComparisonOptions options = Quick with { Budget = TimeSpan.FromHours(1) };
        ComparisonPlan draft = ComparisonPlanner.Draft(options);

        Assert.Same(draft, ComparisonPlanner.Fit(draft, options, TenthOfASecond, TenthOfASecond));
    }

    [Theory]
    [InlineData(null, 30, "12 runs of 50 steps, the minimum, take about 2m here, more than the 30s of --budget", "--budget 2m")]
    [InlineData(400, 300, "12 runs of 400 steps take about 10m here, more than the 5m of --budget", "--steps 210, or --budget 10m")]
    public void An_impossible_budget_says_what_would_fit(int? steps, int seconds, string problem, string remedy)
    {
        ComparisonOptions options = Quick with { Steps = steps, Budget = TimeSpan.FromSeconds(seconds) };
        ComparisonPlan draft = ComparisonPlanner.Draft(options);
        UsageException refusal = Assert.Throws<UsageException>(() => ComparisonPlanner.Fit(draft, options, TenthOfASecond, TenthOfASecond));

        Assert.Equal(problem, refusal.Message);
        Assert.Contains(remedy, refusal.Remedy);
    }

    [Fact]
    public void All_problems_are_named_at_once()
    {
        UsageException refusal = Assert.Throws<UsageException>(() => ComparisonPlanner.Draft(
            Quick with { Seeds = 0, Steps = 0, NGptRates = [-1, double.NaN], GptWarmups = [], Budget = TimeSpan.Zero }));

        Assert.Contains("--seeds 0", refusal.Message);
        Assert.Contains("--steps 0", refusal.Message);
        Assert.Contains("--ngpt-rates: -1 is not above 0", refusal.Message);
        Assert.Contains("--ngpt-rates: NaN", refusal.Message);
        Assert.Contains("--gpt-warmups has 0 values", refusal.Message);
        Assert.Contains("--budget", refusal.Message);
    }

    [Fact]
    public void Both_architectures_have_the_same_settings_except_the_recipe()
    {
        ComparisonPlan plan = ComparisonPlanner.Draft(Quick with { Settings = [("alpha-init", "0.1"), ("batch-size", "4")] });
        PlannedRun nGpt = new Recipe(Architecture.NGpt, 0.01).Run(plan, 5);
        PlannedRun gpt = new Recipe(Architecture.Gpt, 0.002, 0.1, 0.05).Run(plan, 5);

        Assert.Equal("ngpt-rate-0.01-seed-5", nGpt.Name);
        Assert.Equal("gpt-rate-0.002-decay-0.1-warmup-0.05-seed-5", gpt.Name);
        Assert.Equal([("alpha-init", "0.1"), ("arch", "ngpt"), ("learning-rate", "0.01")], nGpt.Settings.Except(gpt.Settings).Order());
        Assert.Equal([("arch", "gpt"), ("learning-rate", "0.002"), ("warmup-steps", "20"), ("weight-decay", "0.1")], gpt.Settings.Except(nGpt.Settings).Order());
    }
}
