namespace NGpt.Torch.Benchmarks;

/// <summary>Decides which processes can live at the same time.</summary>
internal static class ResidencyPlan
{
    // What is left for the system and for errors of the estimates.
    private const double UsableShare = 0.95;

    /// <summary>
    /// Keeps as many of the smallest as leave room for any single one of the others, which then live one at a time.
    /// </summary>
    /// <param name="estimates">Memory that each needs.</param>
    /// <param name="available">Memory that there is.</param>
    /// <returns>For each, how long it lives.</returns>
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
                    plan[fitting[place]] = place < staying ? Residency.Stays : Residency.StartsEveryRound;
                }

                break;
            }
        }

        return plan;
    }
}
