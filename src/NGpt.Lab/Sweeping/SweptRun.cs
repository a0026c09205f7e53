using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>What tells one run of a sweep from the others.</summary>
/// <param name="Parametrization">How its learning rates and starts follow from its size.</param>
/// <param name="Multiple">How many times the base model.</param>
/// <param name="Rate">The base learning rate: what <c>--learning-rate</c> is given, before the parametrization's factors.</param>
/// <param name="Seed">Seed of parameters and batches.</param>
public sealed record SweptRun(Parametrization Parametrization, int Multiple, double Rate, long Seed)
{
    /// <summary>The run that trains it.</summary>
    /// <param name="plan">The sweep.</param>
    /// <returns>The run; its name says everything that it is told by.</returns>
    public PlannedRun Planned(SweepPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        string rate = Rate.ToString("R", CultureInfo.InvariantCulture);
        return new PlannedRun(
            $"{Parametrization.Name()}-x{Multiple}-rate-{rate}-seed-{Seed}",
            Architecture.NGpt,
            [
                .. plan.SettingsFor(Parametrization, Multiple),
                (SettingCatalog.LearningRate.Name, rate),
                (SettingCatalog.Seed.Name, Seed.ToString(CultureInfo.InvariantCulture)),
            ],
            plan.ConfigPath);
    }
}
