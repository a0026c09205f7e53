using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Runs;
using static NGpt.Lab.Runs.RunDescription;

namespace NGpt.Lab.Comparing;

/// <summary>The settings that are tuned; all others are the same for both architectures.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="WeightDecay">Weight decay of matrices; 0 for nGPT.</param>
/// <param name="Warmup">Warmup as a share of all steps; 0 for nGPT.</param>
internal sealed record Recipe(Architecture Architecture, double LearningRate, double WeightDecay = 0, double Warmup = 0)
{
    /// <summary>The recipe in words.</summary>
    public string Text => Architecture == Architecture.NGpt
        ? $"learning rate {Rate(LearningRate)}"
        : $"learning rate {Rate(LearningRate)}, weight decay {Rate(WeightDecay)}, warmup {Rate(Warmup * 100)}% of the steps";

    /// <summary>The run that trains it.</summary>
    public PlannedRun Run(ComparisonPlan plan, long seed)
    {
        List<(string, string)> settings =
        [
            .. plan.SettingsFor(Architecture),
            (TrainingConfig.LearningRateSetting.Name, Exact(LearningRate)),
            (TrainingConfig.SeedSetting.Name, seed.ToString(CultureInfo.InvariantCulture)),
        ];
        string name = $"{Architecture.Name()}-rate-{Rate(LearningRate)}";
        if (Architecture == Architecture.Gpt)
        {
            settings.Add((TrainingConfig.WeightDecaySetting.Name, Exact(WeightDecay)));
            settings.Add((TrainingConfig.WarmupStepsSetting.Name, WarmupSteps(plan.Steps).ToString(CultureInfo.InvariantCulture)));
            name += $"-decay-{Rate(WeightDecay)}-warmup-{Rate(Warmup)}";
        }

        return new PlannedRun($"{name}-seed-{seed}", Architecture, settings, plan.ConfigPath);
    }

    // At least one step where there is a warmup, and fewer than all.
    private int WarmupSteps(int steps) => Warmup == 0 ? 0 : Math.Clamp((int)Math.Round(steps * Warmup), 1, Math.Max(1, steps - 1));

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A recipe that was tried while one was chosen.</summary>
internal sealed record TriedRecipe(Recipe Recipe, RunResult Result);

/// <summary>How an architecture's recipe was chosen.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Tried">The recipes in the order in which they were tried.</param>
/// <param name="Best">The recipe with the lowest held-out loss; null where none converged or not all were tried.</param>
/// <param name="IsBracketed">Whether higher and lower learning rates than the best were tried.</param>
internal sealed record RecipeChoice(Architecture Architecture, IReadOnlyList<TriedRecipe> Tried, Recipe? Best, bool IsBracketed);
