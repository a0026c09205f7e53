using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>Makes a plan of options and fits it into the budget.</summary>
internal static class ComparisonPlanner
{
    private const int Evaluations = 40;

    /// <summary>The plan with the maximum number of steps, before data and time are known.</summary>
    public static ComparisonPlan Draft(ComparisonOptions options)
    {
        Preset training = options.Training ?? options.Preset.Training;
        bool isOther = options.Training is not null && options.Training.Name != options.Preset.Training.Name;
        int steps = options.Steps ?? (isOther ? training.Steps : options.Preset.Steps);
        int seeds = options.Seeds ?? options.Preset.Seeds;
        OptionProblems problems = new();
        problems.RequireValid(options, steps, seeds);
        ComparisonPlan plan = new()
        {
            Preset = training.Name,
            Given = options.Settings,
            ConfigPath = options.FullConfigPath,
            Steps = steps,
            EvalInterval = options.EvalInterval ?? Interval(steps),
            NGptRates = problems.Rates(options.NGptRates ?? (isOther ? Around(training.NGptLearningRate) : options.Preset.NGptRates), "--ngpt-rates"),
            GptRates = problems.Rates(options.GptRates ?? (isOther ? Around(training.GptLearningRate) : options.Preset.GptRates), "--gpt-rates"),
            GptWeightDecays = problems.Values(options.GptWeightDecays ?? options.Preset.GptWeightDecays, "--gpt-weight-decays", 0, 10),
            GptWarmups = problems.Values(options.GptWarmups ?? options.Preset.GptWarmups, "--gpt-warmups", 0, 0.9),
            SweepSeed = options.FirstSeed,
            Seeds = [.. Enumerable.Range(1, Math.Clamp(seeds, 1, 100)).Select(number => unchecked(options.FirstSeed + number))],
            DataFingerprint = "",
        };
        problems.ThrowIfAny();
        return plan;
    }

    /// <summary>Gives a plan as many steps as the budget allows; steps that the user gave are not changed.</summary>
    public static ComparisonPlan Fit(ComparisonPlan draft, ComparisonOptions options, RunCost nGpt, RunCost gpt)
    {
        string[] alternatives = [.. options.Preset == ComparisonPreset.Quick ? Array.Empty<string>() : ["--quick"], "fewer rates and seeds"];
        int steps = StepBudget.Fit(
            draft.Steps, options.Steps is not null, $"{draft.RunCount} runs", steps => Estimate(WithSteps(draft, options, steps), nGpt, gpt), BudgetOf(options), alternatives);
        return steps == draft.Steps ? draft : WithSteps(draft, options, steps);
    }

    /// <summary>Estimated time of the runs that are needed in any case.</summary>
    public static TimeSpan Estimate(ComparisonPlan plan, RunCost nGpt, RunCost gpt)
    {
        int evaluations = (plan.Steps + plan.EvalInterval - 1) / plan.EvalInterval;
        return StepBudget.Margin * ((plan.NGptRunCount * nGpt.Total(plan.Steps, evaluations)) + (plan.GptRunCount * gpt.Total(plan.Steps, evaluations)));
    }

    /// <summary>The given budget; else the preset's, unless the user chose the steps.</summary>
    public static TimeSpan? BudgetOf(ComparisonOptions options) => options.Budget ?? (options.Steps is null ? options.Preset.Budget : null);

    private static ComparisonPlan WithSteps(ComparisonPlan plan, ComparisonOptions options, int steps) =>
        plan with { Steps = steps, EvalInterval = options.EvalInterval ?? Interval(steps) };

    private static int Interval(int steps) => Math.Max(1, (int)Math.Round((double)steps / Evaluations));

    private static double[] Around(double rate) => [rate / 2, rate, rate * 2];
}
