namespace NGpt.Lab.Sweeping;

/// <summary>The best learning rate of one size.</summary>
/// <param name="Rate">The rate.</param>
/// <param name="Loss">The held-out loss there: of the parabola where it is interpolated, else of the run.</param>
/// <param name="Position">Its position among the rates that were tried.</param>
internal sealed record BestRate(double Rate, double Loss, RatePosition Position)
{
    /// <summary>Whether the true best rate may lie outside the grid, so that the rate is only a bound.</summary>
    public bool IsAtEnd => Position is RatePosition.LowestTried or RatePosition.HighestTried;

    /// <summary>Finds the best of ascending rates above 0 from the final losses, which are not finite where a run diverged; null where none converged.</summary>
    public static BestRate? Of(IReadOnlyList<double> rates, IReadOnlyList<double> losses)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(losses.Count, rates.Count);
        int best = Lowest(losses);
        if (best < 0)
        {
            return null;
        }

        if (best == 0 || best == rates.Count - 1)
        {
            return new BestRate(rates[best], losses[best], best == 0 ? RatePosition.LowestTried : RatePosition.HighestTried);
        }

        double below = losses[best - 1] - losses[best];
        double above = losses[best + 1] - losses[best];
        if (!double.IsFinite(below) || !double.IsFinite(above))
        {
            return new BestRate(rates[best], losses[best], RatePosition.BesideDivergence);
        }

        // loss = losses[best] + slope·t + curvature·t², with t the logarithm of the rate over rates[best].
        double left = Math.Log(rates[best] / rates[best - 1]);
        double right = Math.Log(rates[best + 1] / rates[best]);
        double curvature = ((below / left) + (above / right)) / (left + right);
        double slope = (above / right) - (curvature * right);
        double shift = curvature > 0 ? -slope / (2 * curvature) : 0;
        return new BestRate(rates[best] * Math.Exp(shift), losses[best] + (slope * shift / 2), RatePosition.Interpolated);
    }

    /// <summary>The index of the lowest loss; -1 where none is finite.</summary>
    internal static int Lowest(IReadOnlyList<double> losses)
    {
        int best = -1;
        for (int i = 0; i < losses.Count; i++)
        {
            if (double.IsFinite(losses[i]) && (best < 0 || losses[i] < losses[best]))
            {
                best = i;
            }
        }

        return best;
    }
}

/// <summary>The position of the best learning rate among those that were tried.</summary>
public enum RatePosition
{
    /// <summary>Between tried ones: the lowest point of a parabola through the three around the lowest loss.</summary>
    Interpolated,

    /// <summary>At a tried rate next to one that diverged, so that there is no parabola.</summary>
    BesideDivergence,

    /// <summary>At the lowest rate of the grid: a better one may lie below.</summary>
    LowestTried,

    /// <summary>At the highest rate of the grid: a better one may lie above.</summary>
    HighestTried,
}

/// <summary>Final held-out loss by base learning rate, for one parametrization and multiple.</summary>
internal sealed class RateCurve
{
    private readonly IReadOnlyList<IReadOnlyList<double>> _losses;

    /// <summary>Creates a curve from the loss of each seed at each rate, in bits per byte; not finite where the run diverged.</summary>
    public RateCurve(int multiple, IReadOnlyList<double> rates, IReadOnlyList<IReadOnlyList<double>> losses)
    {
        ArgumentOutOfRangeException.ThrowIfZero(losses.Count, nameof(losses));
        if (losses.Any(seed => seed.Count != rates.Count))
        {
            throw new ArgumentException("every seed has a loss for every rate", nameof(losses));
        }

        (Multiple, Rates, _losses) = (multiple, rates, losses);
        AllSeeds = [.. Enumerable.Range(0, losses.Count)];
        Best = BestOf(AllSeeds);
    }

    /// <summary>Multiple of the base model.</summary>
    public int Multiple { get; }

    /// <summary>Base learning rates, ascending.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>Indices of all seeds.</summary>
    public IReadOnlyList<int> AllSeeds { get; }

    /// <summary>The best rate of the mean over all seeds; null where no rate converged with every seed.</summary>
    public BestRate? Best { get; }

    /// <summary>The mean loss over some seeds at each rate; not finite where one of them diverged.</summary>
    public IReadOnlyList<double> Mean(IReadOnlyList<int> seeds)
    {
        return [.. Enumerable.Range(0, Rates.Count).Select(rate => seeds.Average(seed => _losses[seed][rate]))];
    }

    /// <summary>The loss of one seed at each rate.</summary>
    public IReadOnlyList<double> Losses(int seed) => _losses[seed];

    /// <summary>The best rate of the mean over some seeds; null where no rate converged with all of them.</summary>
    public BestRate? BestOf(IReadOnlyList<int> seeds) => BestRate.Of(Rates, Mean(seeds));
}
