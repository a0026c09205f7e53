using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.Runs;

/// <summary>Fits the steps of an experiment's runs into its budget.</summary>
internal static class StepBudget
{
    /// <summary>With fewer steps the losses of runs say nothing.</summary>
    public const int MinSteps = 50;

    /// <summary>Factor on estimates: other load on the machine, and the first steps of a run are slower than those that were timed.</summary>
    public const double Margin = 1.15;

    /// <summary>The maximum number of steps that fit, at most <paramref name="wanted"/>.</summary>
    public static int Fit(int wanted, bool areGiven, string runs, Func<int, TimeSpan> estimate, TimeSpan? budget, IEnumerable<string> alternatives)
    {
        if (budget is not TimeSpan limit || estimate(wanted) <= limit)
        {
            return wanted;
        }

        int fitting = MaxSteps(wanted, estimate, limit);
        if (!areGiven && fitting >= MinSteps)
        {
            return fitting;
        }

        int asked = areGiven ? wanted : Math.Min(wanted, MinSteps);
        string needed = Text(estimate(asked));
        string[] fits = [.. fitting >= MinSteps ? [$"--steps {fitting}"] : Array.Empty<string>(), $"--budget {needed}", .. alternatives];
        throw new UsageException(
            $"{runs} of {asked} steps{(areGiven ? "" : ", the minimum,")} take about {needed} here, more than the {Text(limit)} of --budget",
            $"these would fit: {string.Join(", or ", fits)}");
    }

    private static int MaxSteps(int tooMany, Func<int, TimeSpan> estimate, TimeSpan limit)
    {
        int fits = 0;
        while (tooMany - fits > 1)
        {
            int middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = estimate(middle) <= limit ? (middle, tooMany) : (fits, middle);
        }

        // Round numbers read better.
        return fits >= 1000 ? fits / 100 * 100 : fits >= 100 ? fits / 10 * 10 : fits;
    }

    private static string Text(TimeSpan time) => time.TotalMinutes < 1 ? $"{Math.Ceiling(time.TotalSeconds)}s"
        : time.TotalHours < 3 ? $"{Math.Ceiling(time.TotalMinutes)}m"
        : $"{Math.Ceiling(time.TotalHours)}h";
}

/// <summary>Collects the problems of an experiment's options, so that one message names all of them.</summary>
internal sealed class OptionProblems
{
    private readonly List<string> _problems = [];

    /// <summary>Checks what all experiments have in common.</summary>
    public void RequireValid(ExperimentOptions options, int steps, int seeds)
    {
        Require(steps >= 1, $"--steps {steps} is below 1");
        Require(options.EvalInterval is not < 1, $"--eval-interval {options.EvalInterval} is below 1");
        Require(seeds is >= 1 and <= 100, $"--seeds {seeds} is outside 1 to 100");
        Require(options.Budget is not { } budget || budget > TimeSpan.Zero, "--budget is not above 0");
        SettingLayers given = SettingLayers.Create(options.Settings, options.FullConfigPath);
        foreach (Setting setting in ExperimentOptions.SingleRunSettings.Where(given.IsGiven))
        {
            Require(false, $"{setting.Name} belongs to a single run and cannot be set for all runs");
        }
    }

    /// <summary>Adds a problem unless a condition holds.</summary>
    public void Require(bool condition, string problem)
    {
        if (!condition && !_problems.Contains(problem))
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Distinct values of a list option; adds a problem for each that is outside its range.</summary>
    public IReadOnlyList<double> Values(IReadOnlyList<double> values, string option, double min, double max)
    {
        Require(values.Count is >= 1 and <= 20, $"{option} has {values.Count} values, not 1 to 20");
        foreach (double value in values)
        {
            Require(value >= min && value <= max, $"{option}: {value} {(min > 0 && !(value > 0) ? "is not above 0" : $"is outside {(min > 0 ? 0 : min)} to {max}")}");
        }

        return [.. values.Distinct()];
    }

    /// <summary>Distinct learning rates, ascending.</summary>
    public IReadOnlyList<double> Rates(IReadOnlyList<double> rates, string option) => [.. Values(rates, option, double.Epsilon, 1e30).Order()];

    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new UsageException(string.Join("; ", _problems));
        }
    }
}
