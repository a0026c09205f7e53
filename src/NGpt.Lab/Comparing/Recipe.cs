using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>What is tuned: all other settings are the same for both architectures.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="WeightDecay">Weight decay of matrices; 0 for nGPT.</param>
/// <param name="Warmup">Share of all steps over which the rate rises; 0 for nGPT.</param>
public sealed record Recipe(Architecture Architecture, double LearningRate, double WeightDecay = 0, double Warmup = 0)
{
    /// <summary>The recipe in words.</summary>
    public string Text => Architecture == Architecture.NGpt
        ? $"learning rate {Short(LearningRate)}"
        : $"learning rate {Short(LearningRate)}, weight decay {Short(WeightDecay)}, warmup {Short(Warmup * 100)}% of the steps";

    /// <summary>The run that trains it.</summary>
    /// <param name="plan">The comparison.</param>
    /// <param name="seed">Seed of parameters and batches.</param>
    /// <returns>The run; its name says recipe and seed.</returns>
    public PlannedRun Run(ComparisonPlan plan, long seed)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<(string, string)> settings =
        [
            .. plan.SettingsFor(Architecture),
            (SettingCatalog.LearningRate.Name, Exact(LearningRate)),
            (SettingCatalog.Seed.Name, seed.ToString(CultureInfo.InvariantCulture)),
        ];
        string name = $"{Architecture.Name()}-rate-{Short(LearningRate)}";
        if (Architecture == Architecture.Gpt)
        {
            settings.Add((SettingCatalog.WeightDecay.Name, Exact(WeightDecay)));
            settings.Add((SettingCatalog.WarmupSteps.Name, WarmupSteps(plan.Steps).ToString(CultureInfo.InvariantCulture)));
            name += $"-decay-{Short(WeightDecay)}-warmup-{Short(Warmup)}";
        }

        return new PlannedRun($"{name}-seed-{seed}", Architecture, settings, plan.ConfigPath);
    }

    // At least one step, where there is a warmup and the schedule leaves room for it.
    private int WarmupSteps(int steps) => Warmup == 0 ? 0 : Math.Clamp((int)Math.Round(steps * Warmup), 1, Math.Max(1, steps - 1));

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
