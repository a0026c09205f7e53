using NGpt.Core.Errors;
using NGpt.Lab.Comparing;
using NGpt.Lab.Sweeping;

namespace NGpt.Lab.Tests.Runs;

public sealed class PlanFileTests : IDisposable
{
    // As version 0.1.0 wrote them.
    private const string StoredComparison = """
        {"version": 1, "plan": {"preset": "nano", "given": [{"item1": "layers", "item2": "2"}, {"item1": "data", "item2": "text.txt"}],
        "config_path": null, "steps": 60, "eval_interval": 2, "n_gpt_rates": [0.005, 0.01], "gpt_rates": [0.002, 0.004], "gpt_weight_decays": [0.1, 0],
        "gpt_warmups": [0.05], "sweep_seed": 1337, "seeds": [1338, 1339], "data_fingerprint": "d68b"}}
        """;

    private const string StoredSweep = """
        {"version": 1, "plan": {"axis": "width", "preset": "nano", "given": [{"item1": "layers", "item2": "2"}], "config_path": null,
        "base": {"width": 18, "heads": 3, "mlp_width": 23, "layers": 2, "steps": 20}, "tokens_per_step": 51, "multiples": [1, 2],
        "rates": [0.004, 0.008, 0.016], "seeds": [1337, 1338], "eval_interval": null, "data_fingerprint": "d68b", "training_tokens": 15194}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_comparison_of_version_0_1_0_is_read_and_written_unchanged()
    {
        File.WriteAllText(_folder.File("comparison.json"), StoredComparison);
        ComparisonPlan plan = ComparisonPlan.File.Load(_folder.Path)!;
        Assert.Equal(("nano", 60, 2, 1337, "d68b"), (plan.Preset, plan.Steps, plan.EvalInterval, plan.SweepSeed, plan.DataFingerprint));
        Assert.Equal([("layers", "2"), ("data", "text.txt")], plan.Given);
        Assert.Equal([0.005, 0.01], plan.NGptRates);
        Assert.Equal([1338, 1339], plan.Seeds);

        ComparisonPlan.File.Save(plan, _folder.Path);
        Assert.Equivalent(plan, ComparisonPlan.File.Load(_folder.Path), strict: true);
    }

    [Fact]
    public void A_sweep_of_version_0_1_0_is_read_and_written_unchanged()
    {
        File.WriteAllText(_folder.File("sweep.json"), StoredSweep);
        SweepPlan plan = SweepPlan.File.Load(_folder.Path)!;
        Assert.Equal((SweepAxis.Width, new SweepSize(18, 3, 23, 2, 20), 51, 15194, null), (plan.Axis, plan.Base, plan.TokensPerStep, plan.TrainingTokens, plan.EvalInterval));
        Assert.Equal([0.004, 0.008, 0.016], plan.Rates);

        SweepPlan.File.Save(plan, _folder.Path);
        Assert.Equivalent(plan, SweepPlan.File.Load(_folder.Path), strict: true);
    }

    [Theory]
    [InlineData("\"steps\": 60", "\"steps\": 0", "is not the plan of a comparison")]
    [InlineData("\"steps\": 60", "\"stride\": 60", "is not the plan of a comparison")]
    [InlineData("\"version\": 1", "\"version\": 2", "was written by another version (version 2; this program knows 1)")]
    public void A_plan_that_is_not_valid_is_rejected(string valid, string invalid, string problem)
    {
        File.WriteAllText(_folder.File("comparison.json"), StoredComparison.Replace(valid, invalid, StringComparison.Ordinal));
        Assert.Contains(problem, Assert.Throws<FileFormatException>(() => ComparisonPlan.File.Load(_folder.Path)).Message);
    }
}
