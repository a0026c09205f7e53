namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Decides which worker processes can run at the same time.</summary>
internal static class ResidencyPlan
{
    // The rest is for the system and for errors of the estimates.
    private const double UsableShare = 0.95;

    /// <summary>Keeps as many of the smallest resident as leave room for any single one of the others, which then run one at a time.</summary>
    public static Residency[] Of(IReadOnlyList<long> estimates, long available)
    {
        double usable = UsableShare * available;
        Residency[] plan = new Residency[estimates.Count];
        Array.Fill(plan, Residency.DoesNotFit);
        int[] fitting = [.. Enumerable.Range(0, estimates.Count).Where(i => estimates[i] <= usable).OrderBy(i => estimates[i])];
        for (int staying = fitting.Length; staying >= 0; staying--)
        {
            double together = fitting.Take(staying).Sum(i => (double)estimates[i]);
            double another = staying < fitting.Length ? estimates[fitting[^1]] : 0;
            if (together + another <= usable)
            {
                for (int place = 0; place < fitting.Length; place++)
                {
                    plan[fitting[place]] = place < staying ? Residency.Resident : Residency.RestartedEveryRound;
                }

                break;
            }
        }

        return plan;
    }
}

/// <summary>Lifetime of a worker process.</summary>
internal enum Residency
{
    /// <summary>From the warm-up to the last round.</summary>
    Resident,

    /// <summary>Only while it is measured, in every round, so that others can use the memory.</summary>
    RestartedEveryRound,

    /// <summary>It needs more memory than is available.</summary>
    DoesNotFit,
}
