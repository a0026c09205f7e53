namespace NGpt.Lab.Sweeping;

/// <summary>Final held-out loss by base learning rate, for one parametrization and multiple.</summary>
public sealed class RateCurve
{
    private readonly IReadOnlyList<IReadOnlyList<double>> _losses;

    /// <summary>Takes the losses.</summary>
    /// <param name="multiple">How many times the base model.</param>
    /// <param name="rates">Base learning rates, ascending.</param>
    /// <param name="losses">For each seed the loss at each rate, in bits per byte; not finite where the run diverged.</param>
    public RateCurve(int multiple, IReadOnlyList<double> rates, IReadOnlyList<IReadOnlyList<double>> losses)
    {
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentOutOfRangeException.ThrowIfZero(losses.Count, nameof(losses));
        if (losses.Any(seed => seed.Count != rates.Count))
        {
            throw new ArgumentException("every seed has a loss for every rate", nameof(losses));
        }

        (Multiple, Rates, _losses) = (multiple, rates, losses);
        AllSeeds = [.. Enumerable.Range(0, losses.Count)];
        Best = BestOf(AllSeeds);
    }

    /// <summary>How many times the base model.</summary>
    public int Multiple { get; }

    /// <summary>Base learning rates, ascending.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>Indices of all seeds.</summary>
    public IReadOnlyList<int> AllSeeds { get; }

    /// <summary>The best rate of the mean over all seeds; null where no rate converged with every seed.</summary>
    public BestRate? Best { get; }

    /// <summary>The mean loss over some seeds at each rate; not finite where one of them diverged.</summary>
    /// <param name="seeds">Indices of seeds, which may come more than once.</param>
    /// <returns>A loss for each rate.</returns>
    public IReadOnlyList<double> Mean(IReadOnlyList<int> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        return [.. Enumerable.Range(0, Rates.Count).Select(rate => seeds.Average(seed => _losses[seed][rate]))];
    }

    /// <summary>The loss of one seed at each rate.</summary>
    /// <param name="seed">Index of the seed.</param>
    /// <returns>A loss for each rate.</returns>
    public IReadOnlyList<double> Losses(int seed) => _losses[seed];

    /// <summary>The best rate of the mean over some seeds.</summary>
    /// <param name="seeds">Indices of seeds.</param>
    /// <returns>The rate; null where no rate converged with every one of them.</returns>
    public BestRate? BestOf(IReadOnlyList<int> seeds) => BestRate.Of(Rates, Mean(seeds));
}
