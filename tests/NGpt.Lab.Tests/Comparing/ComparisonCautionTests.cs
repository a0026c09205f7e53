using NGpt.Core.Configuration;
using NGpt.Lab.Comparing;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Tests.Comparing;

public sealed class ComparisonCautionTests
{
    [Theory]
    [InlineData(0.1, 0.05, true, null)]
    [InlineData(0.1, 0.15, true, "GPT's best warmup, 15% of the steps, is the longest that was tried")]
    [InlineData(0.3, 0.05, true, "GPT's best weight decay, 0.3, is the largest that was tried")]
    [InlineData(0.1, 0.05, false, "The best learning rate of GPT is at the end of the grid")]
    public void A_best_recipe_at_the_end_of_the_grid_is_reported(double decay, double warmup, bool isBracketed, string? caution)
    {
        ComparisonPlan plan = ComparisonPlanner.Draft(
            new ComparisonOptions { Folder = "unused", Seeds = 1, GptWarmups = [0.05, 0.15], GptWeightDecays = [0.1, 0, 0.3] });
        ComparisonResult result = new(
            plan,
            ExperimentEnd.None,
            new RecipeChoice(Architecture.NGpt, [], new Recipe(Architecture.NGpt, 0.01), IsBracketed: true),
            new RecipeChoice(Architecture.Gpt, [], new Recipe(Architecture.Gpt, 0.002, decay, warmup), isBracketed),
            [SyntheticRuns.Of(Architecture.NGpt, 1, 1)],
            [SyntheticRuns.Of(Architecture.Gpt, 1, 1)]);
        Report report = ComparisonReport.Of(result, ReportOrigin.Now("ngpt compare", TimeSpan.Zero, [1], []));
        string[] ends = [.. report.Cautions.Where(text => text.Contains("that was tried", StringComparison.Ordinal) || text.Contains("the end of the grid", StringComparison.Ordinal))];

        if (caution is null)
        {
            Assert.Empty(ends);
        }
        else
        {
            Assert.StartsWith(caution, Assert.Single(ends));
        }
    }
}
