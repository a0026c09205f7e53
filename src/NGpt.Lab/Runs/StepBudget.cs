using NGpt.Core.Errors;

namespace NGpt.Lab.Runs;

/// <summary>Fits the steps of an experiment's runs into its time.</summary>
internal static class StepBudget
{
    /// <summary>The fewest steps of a run from which anything can be read.</summary>
    public const int MinSteps = 50;

    /// <summary>Time in reserve: machines have other things to do, and a run's first steps are slower than those that were timed.</summary>
    public const double Margin = 1.15;

    /// <summary>The most steps that fit, at most those that are wanted.</summary>
    /// <param name="wanted">Steps that are taken where there is time for them.</param>
    /// <param name="areGiven">Whether a person chose them: then they are not changed.</param>
    /// <param name="runs">What has those steps, for the message, for example <c>12 runs</c>.</param>
    /// <param name="estimate">Time of the experiment with a number of steps.</param>
    /// <param name="budget">Its time; null for no limit.</param>
    /// <param name="others">What else would make it shorter, for the message.</param>
    /// <returns>The steps.</returns>
    /// <exception cref="UsageException">It does not fit; the message says what would.</exception>
    public static int Fit(int wanted, bool areGiven, string runs, Func<int, TimeSpan> estimate, TimeSpan? budget, IEnumerable<string> others)
    {
        if (budget is not TimeSpan limit || estimate(wanted) <= limit)
        {
            return wanted;
        }

        int fitting = Most(wanted, estimate, limit);
        if (!areGiven && fitting >= MinSteps)
        {
            return fitting;
        }

        int asked = areGiven ? wanted : Math.Min(wanted, MinSteps);
        string needed = Text(estimate(asked));
        string[] fits = [.. fitting >= MinSteps ? [$"--steps {fitting}"] : Array.Empty<string>(), $"--budget {needed}", .. others];
        throw new UsageException(
            $"{runs} of {(areGiven ? "" : "the min ")}{asked} steps take about {needed} here, more than the {Text(limit)} of --budget",
            $"what would fit: {string.Join(", or ", fits)}");
    }

    private static int Most(int tooMany, Func<int, TimeSpan> estimate, TimeSpan limit)
    {
        int fits = 0;
        while (tooMany - fits > 1)
        {
            int middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = estimate(middle) <= limit ? (middle, tooMany) : (fits, middle);
        }

        // Round numbers are easier to speak of.
        return fits >= 1000 ? fits / 100 * 100 : fits >= 100 ? fits / 10 * 10 : fits;
    }

    private static string Text(TimeSpan time) => time.TotalMinutes < 1 ? $"{Math.Ceiling(time.TotalSeconds)}s"
        : time.TotalHours < 3 ? $"{Math.Ceiling(time.TotalMinutes)}m"
        : $"{Math.Ceiling(time.TotalHours)}h";
}
