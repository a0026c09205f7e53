namespace NGpt.Lab.Sweeping;

/// <summary>The best learning rate of one size.</summary>
/// <param name="Rate">The rate.</param>
/// <param name="Loss">The held-out loss there: of the parabola where it is interpolated, else of the run.</param>
/// <param name="Position">Where it lies among those that were tried.</param>
public sealed record BestRate(double Rate, double Loss, RatePosition Position)
{
    /// <summary>Whether the true best rate may lie beyond those that were tried: the rate is only a bound.</summary>
    public bool IsAtEnd => Position is RatePosition.LowestTried or RatePosition.HighestTried;

    /// <summary>Finds it.</summary>
    /// <param name="rates">Learning rates, ascending, above 0.</param>
    /// <param name="losses">The final loss at each; not finite where the run diverged.</param>
    /// <returns>The best rate; null where no run converged.</returns>
    public static BestRate? Of(IReadOnlyList<double> rates, IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(losses);
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

    /// <summary>The place of the lowest loss.</summary>
    /// <param name="losses">The losses.</param>
    /// <returns>Its index; -1 where none is finite.</returns>
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
