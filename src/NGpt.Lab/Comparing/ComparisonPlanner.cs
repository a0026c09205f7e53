using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>Turns options into a plan that fits into its time, or says what would fit.</summary>
public static class ComparisonPlanner
{
    /// <summary>The fewest steps of a run from which anything can be read.</summary>
    public const int LeastSteps = 50;

    private const int Evaluations = 40;

    // Machines have other things to do, and a run's first steps are slower than those that were timed.
    private const double Margin = 1.15;

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
        List<string> problems = [];
        Require(steps >= 1, $"--steps {steps} is below 1");
        Require(options.EvalInterval is not < 1, $"--eval-interval {options.EvalInterval} is below 1");
        Require(seeds is >= 1 and <= 100, $"--seeds {seeds} is outside 1 to 100");
        Require(options.Budget is not { } budget || budget > TimeSpan.Zero, "--budget is not above 0");
        ComparisonPlan plan = new()
        {
            Preset = training.Name,
            Given = options.Settings,
            ConfigPath = options.ConfigPath is string path ? Path.GetFullPath(path) : null,
            Steps = steps,
            EvalInterval = options.EvalInterval ?? Interval(steps),
            NGptRates = Rates(options.NGptRates ?? (isOther ? Around(training.NGptLearningRate) : options.Preset.NGptRates), "--ngpt-rates"),
            GptRates = Rates(options.GptRates ?? (isOther ? Around(training.GptLearningRate) : options.Preset.GptRates), "--gpt-rates"),
            GptWeightDecays = Values(options.GptWeightDecays ?? options.Preset.GptWeightDecays, "--gpt-weight-decays", 0, 10),
            GptWarmups = Values(options.GptWarmups ?? options.Preset.GptWarmups, "--gpt-warmups", 0, 0.9),
            SweepSeed = seed,
            Seeds = [.. Enumerable.Range(1, Math.Clamp(seeds, 1, 100)).Select(number => unchecked(seed + number))],
            DataFingerprint = dataFingerprint,
        };
        return problems.Count == 0 ? plan : throw new UsageException(string.Join("; ", problems));

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }

        IReadOnlyList<double> Rates(IReadOnlyList<double> rates, string option) => [.. Values(rates, option, double.Epsilon, 1e30).Order()];

        IReadOnlyList<double> Values(IReadOnlyList<double> values, string option, double least, double most)
        {
            Require(values.Count is >= 1 and <= 20, $"{option} has {values.Count} values, not 1 to 20");
            foreach (double value in values.Where(value => !(value >= least && value <= most)))
            {
                problems.Add($"{option}: {value} is not {(least > 0 ? "above 0" : $"{least}")} to {most}");
            }

            return [.. values.Distinct()];
        }
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
        if (budget is not TimeSpan limit || Estimate(draft, nGpt, gpt) <= limit)
        {
            return draft;
        }

        int fitting = MostSteps(draft, options, nGpt, gpt, limit);
        if (options.Steps is null && fitting >= LeastSteps)
        {
            return WithSteps(draft, options, fitting);
        }

        ComparisonPlan least = WithSteps(draft, options, Math.Min(draft.Steps, LeastSteps));
        List<string> fits = [];
        if (fitting >= LeastSteps)
        {
            fits.Add($"--steps {fitting}");
        }

        fits.Add($"--budget {Text(Estimate(options.Steps is null ? least : draft, nGpt, gpt))}");
        if (options.Preset != ComparisonPreset.Quick)
        {
            fits.Add("--quick");
        }

        string what = options.Steps is null ? $"{draft.RunCount} runs of the least {least.Steps} steps take" : $"{draft.RunCount} runs of {draft.Steps} steps take";
        throw new UsageException(
            $"{what} about {Text(Estimate(options.Steps is null ? least : draft, nGpt, gpt))} here, more than the {Text(limit)} of --budget",
            $"what would fit: {string.Join(", or ", fits)}, or fewer rates and seeds");
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
        return Margin * ((plan.NGptRunCount * nGpt.Of(plan.Steps, evaluations)) + (plan.GptRunCount * gpt.Of(plan.Steps, evaluations)));
    }

    private static int MostSteps(ComparisonPlan draft, ComparisonOptions options, RunCost nGpt, RunCost gpt, TimeSpan limit)
    {
        (int fits, int tooMany) = (0, draft.Steps);
        while (tooMany - fits > 1)
        {
            int middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = Estimate(WithSteps(draft, options, middle), nGpt, gpt) <= limit ? (middle, tooMany) : (fits, middle);
        }

        // Round numbers are easier to speak of.
        return fits >= 1000 ? fits / 100 * 100 : fits >= 100 ? fits / 10 * 10 : fits;
    }

    private static ComparisonPlan WithSteps(ComparisonPlan plan, ComparisonOptions options, int steps) =>
        plan with { Steps = steps, EvalInterval = options.EvalInterval ?? Interval(steps) };

    private static int Interval(int steps) => Math.Max(1, (int)Math.Round((double)steps / Evaluations));

    private static double[] Around(double rate) => [rate / 2, rate, rate * 2];

    private static string Text(TimeSpan time) => time.TotalMinutes < 1 ? $"{Math.Ceiling(time.TotalSeconds)}s"
        : time.TotalHours < 3 ? $"{Math.Ceiling(time.TotalMinutes)}m"
        : $"{Math.Ceiling(time.TotalHours)}h";
}
