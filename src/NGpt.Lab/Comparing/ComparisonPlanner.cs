using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>Turns options into a plan that fits into its time, or says what would fit.</summary>
public static class ComparisonPlanner
{
    private const int Evaluations = 40;

    /// <summary>The plan without what depends on the time: to be timed, or to be completed by <see cref="Fit"/>.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="dataFingerprint">Fingerprint of the data.</param>
    /// <returns>The plan, with as many steps as may be taken.</returns>
    /// <exception cref="UsageException">Something is impossible; the message has all problems.</exception>
    public static ComparisonPlan Draft(ComparisonOptions options, string dataFingerprint)
    {
        ArgumentNullException.ThrowIfNull(options);
        Preset training = options.Training ?? options.Preset.Training;
        bool isOther = options.Training is not null && options.Training.Name != options.Preset.Training.Name;
        int steps = options.Steps ?? (isOther ? training.Steps : options.Preset.Steps);
        long seed = options.Seed ?? 1337;
        int seeds = options.Seeds ?? options.Preset.Seeds;
        OptionProblems problems = new();
        problems.Require(steps >= 1, $"--steps {steps} is below 1");
        problems.Require(options.EvalInterval is not < 1, $"--eval-interval {options.EvalInterval} is below 1");
        problems.Require(seeds is >= 1 and <= 100, $"--seeds {seeds} is outside 1 to 100");
        problems.Require(options.Budget is not { } budget || budget > TimeSpan.Zero, "--budget is not above 0");
        ComparisonPlan plan = new()
        {
            Preset = training.Name,
            Given = options.Settings,
            ConfigPath = options.ConfigPath is string path ? Path.GetFullPath(path) : null,
            Steps = steps,
            EvalInterval = options.EvalInterval ?? Interval(steps),
            NGptRates = problems.Rates(options.NGptRates ?? (isOther ? Around(training.NGptLearningRate) : options.Preset.NGptRates), "--ngpt-rates"),
            GptRates = problems.Rates(options.GptRates ?? (isOther ? Around(training.GptLearningRate) : options.Preset.GptRates), "--gpt-rates"),
            GptWeightDecays = problems.Values(options.GptWeightDecays ?? options.Preset.GptWeightDecays, "--gpt-weight-decays", 0, 10),
            GptWarmups = problems.Values(options.GptWarmups ?? options.Preset.GptWarmups, "--gpt-warmups", 0, 0.9),
            SweepSeed = seed,
            Seeds = [.. Enumerable.Range(1, Math.Clamp(seeds, 1, 100)).Select(number => unchecked(seed + number))],
            DataFingerprint = dataFingerprint,
        };
        problems.ThrowIfAny();
        return plan;
    }

    /// <summary>Gives a plan as many steps as its time allows.</summary>
    /// <param name="draft">The plan with the most steps that may be taken.</param>
    /// <param name="options">What was asked for: steps that were given are not changed.</param>
    /// <param name="nGpt">What nGPT's runs take.</param>
    /// <param name="gpt">What the baseline's runs take.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="UsageException">It does not fit; the message says what would.</exception>
    public static ComparisonPlan Fit(ComparisonPlan draft, ComparisonOptions options, RunCost nGpt, RunCost gpt)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(options);
        TimeSpan? budget = options.Budget ?? (options.Steps is null ? options.Preset.Budget : null);
        string[] others = [.. options.Preset == ComparisonPreset.Quick ? Array.Empty<string>() : ["--quick"], "fewer rates and seeds"];
        int steps = StepBudget.Fit(
            draft.Steps, options.Steps is not null, $"{draft.RunCount} runs", steps => Estimate(WithSteps(draft, options, steps), nGpt, gpt), budget, others);
        return steps == draft.Steps ? draft : WithSteps(draft, options, steps);
    }

    /// <summary>Time of the runs that a plan needs in any case.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nGpt">What nGPT's runs take.</param>
    /// <param name="gpt">What the baseline's runs take.</param>
    /// <returns>The time, with some in reserve.</returns>
    public static TimeSpan Estimate(ComparisonPlan plan, RunCost nGpt, RunCost gpt)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(nGpt);
        ArgumentNullException.ThrowIfNull(gpt);
        int evaluations = (plan.Steps + plan.EvalInterval - 1) / plan.EvalInterval;
        return StepBudget.Margin * ((plan.NGptRunCount * nGpt.Of(plan.Steps, evaluations)) + (plan.GptRunCount * gpt.Of(plan.Steps, evaluations)));
    }

    private static ComparisonPlan WithSteps(ComparisonPlan plan, ComparisonOptions options, int steps) =>
        plan with { Steps = steps, EvalInterval = options.EvalInterval ?? Interval(steps) };

    private static int Interval(int steps) => Math.Max(1, (int)Math.Round((double)steps / Evaluations));

    private static double[] Around(double rate) => [rate / 2, rate, rate * 2];
}
