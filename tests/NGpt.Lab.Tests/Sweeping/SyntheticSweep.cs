using NGpt.Core.Configuration;
using NGpt.Lab.Runs;
using NGpt.Lab.Sweeping;

namespace NGpt.Lab.Tests.Sweeping;

/// <summary>Sweeps whose losses follow a known law: a parabola whose lowest point moves by a power of the multiple.</summary>
internal static class SyntheticSweep
{
    /// <summary>Best rate of the base model.</summary>
    public const double Start = 0.009;

    public static SweepPlan Plan(int seeds = 1, double[]? rates = null) => SweepPlanner.Draft(new SweepOptions
    {
        Preset = SweepPreset.Quick,
        Multiples = [1, 2, 4],
        Rates = rates ?? [2.5e-3, 5e-3, 1e-2, 2e-2, 4e-2],
        Seeds = seeds,
        Steps = 40,
        Folder = "unused",
    });

    /// <summary>The sweep of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="published">Exponent of the published parametrization's best rate.</param>
    /// <param name="nuGpt">Exponent of νGPT's.</param>
    /// <param name="seedShift">By how much the logarithm of the best rate moves from seed to seed at the largest size.</param>
    /// <param name="diverges">Which runs diverged.</param>
    /// <param name="done">How many runs are done; null for all.</param>
    public static SweepResult Of(
        SweepPlan plan, double published, double nuGpt, double seedShift = 0, Func<SweptRun, bool>? diverges = null, int? done = null)
    {
        SweptRun[] runs = [.. plan.Runs().Take(done ?? int.MaxValue)];
        return new SweepResult(plan, done is null ? ExperimentEnd.None : ExperimentEnd.TimeLimit, [.. runs.Select(Outcome)]);

        SweptOutcome Outcome(SweptRun run)
        {
            PlannedRun planned = run.Planned(plan);
            if (diverges?.Invoke(run) == true)
            {
                return new SweptOutcome(run, new RunResult(planned, null, "the loss is not finite"));
            }

            double exponent = run.Parametrization == Parametrization.NuGpt ? nuGpt : published;
            double shift = run.Multiple == plan.Multiples[^1] ? seedShift * (run.Seed - plan.Seeds[0] - ((plan.Seeds.Count - 1) / 2.0)) : 0;
            double distance = Math.Log(run.Rate / (Start * Math.Pow(run.Multiple, exponent))) - shift;
            return new SweptOutcome(run, new RunResult(planned, Recorded(planned, 2 - (0.1 * run.Multiple) + (0.05 * distance * distance)), null));
        }
    }

    private static RecordedRun Recorded(PlannedRun planned, double bits)
    {
        SettingLayers layers = SettingLayers.Create(planned.Settings);
        RunConfig config = new()
        {
            Preset = "nano",
            Model = RunConfigResolver.ResolveModel(layers, 300),
            Training = RunConfigResolver.ResolveTraining(layers),
            Data = new DataConfig { Source = "/texts/some", Tokenizer = "bpe:300", Fingerprint = "0123456789abcdef" },
            Precision = Precision.Bf16,
            Engine = EngineKind.Fast,
        };
        return new RecordedRun
        {
            Name = planned.Name,
            Folder = $"runs/{planned.Name}",
            Config = config,
            Evaluations = [new LossPoint(0, 8, 4), new LossPoint(config.Training.Steps * RunReader.TokensPerStep(config), 2 * bits, bits)],
            EvaluationTokens = 20_480,
            SecondsPerToken = 1e-5,
            StepTimeSpread = 0.02,
        };
    }
}
