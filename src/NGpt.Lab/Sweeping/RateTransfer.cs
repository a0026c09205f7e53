using NGpt.Core.Configuration;
using NGpt.Lab.Statistics;

namespace NGpt.Lab.Sweeping;

/// <summary>How the best base learning rate of one parametrization changes with the size of the model.</summary>
public sealed class RateTransfer
{
    private readonly SeedBootstrap _seeds;

    /// <summary>Takes the curves.</summary>
    /// <param name="parametrization">The parametrization.</param>
    /// <param name="curves">A curve for each multiple, ascending, of equally many seeds; at least one.</param>
    public RateTransfer(Parametrization parametrization, IReadOnlyList<RateCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        ArgumentOutOfRangeException.ThrowIfZero(curves.Count, nameof(curves));
        (Parametrization, Curves) = (parametrization, curves);
        SeedCount = curves[0].AllSeeds.Count;
        _seeds = new SeedBootstrap(SeedCount, SeedCount, arePaired: true);
        Drift = _seeds.Of((seeds, _) => DriftOf(seeds));
    }

    /// <summary>The parametrization.</summary>
    public Parametrization Parametrization { get; }

    /// <summary>Its curves, from the base model to the largest.</summary>
    public IReadOnlyList<RateCurve> Curves { get; }

    /// <summary>Seeds of every curve.</summary>
    public int SeedCount { get; }

    /// <summary>
    /// The exponent of the best rate as a power of the multiple: 0 where the rate transfers. With several seeds an
    /// interval; NaN where there are fewer than two sizes or one of them has no best rate.
    /// </summary>
    public Estimate Drift { get; }

    /// <summary>Whether one of the best rates lies at the end of those that were tried, so that the drift is only a bound.</summary>
    public bool IsBound => Curves.Any(curve => curve.Best is { IsAtEnd: true });

    /// <summary>How much further the best rate drifts than another parametrization's, in either direction.</summary>
    /// <param name="other">The other one, of the same seeds.</param>
    /// <returns>The difference of the drifts' absolute values: below 0 where this one drifts less. An interval with several seeds.</returns>
    public Estimate ExcessDriftOver(RateTransfer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        // Seeds that only one of them has say nothing of the difference.
        int seeds = Math.Min(SeedCount, other.SeedCount);
        return new SeedBootstrap(seeds, seeds, arePaired: true).Of((drawn, _) => Math.Abs(DriftOf(drawn)) - Math.Abs(other.DriftOf(drawn)));
    }

    /// <summary>A curve's best rate over the base model's.</summary>
    /// <param name="curve">One of <see cref="Curves"/>.</param>
    /// <returns>The ratio, 1 where the rate transfers; NaN where one of them has no best rate.</returns>
    public Estimate RatioToBase(RateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return _seeds.OfRatio((seeds, _) => curve.BestOf(seeds) is BestRate best && Curves[0].BestOf(seeds) is BestRate start ? best.Rate / start.Rate : double.NaN);
    }

    /// <summary>A curve's best rate.</summary>
    /// <param name="curve">One of <see cref="Curves"/>.</param>
    /// <returns>The rate, with several seeds with an interval; NaN where no rate converged.</returns>
    public Estimate RateOf(RateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return _seeds.OfRatio((seeds, _) => curve.BestOf(seeds)?.Rate ?? double.NaN);
    }

    /// <summary>What it costs to train a size with the rate that was best for the base model, among those that were tried.</summary>
    /// <param name="curve">One of <see cref="Curves"/>.</param>
    /// <returns>
    /// The rate, and how much higher the loss is there than at the best tried rate of that size, in bits per byte:
    /// infinite where it diverges. Null where nothing converged.
    /// </returns>
    public (double Rate, double Loss)? CostOfBaseRate(RateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        int taken = BestRate.Lowest(Curves[0].Mean(Curves[0].AllSeeds));
        IReadOnlyList<double> losses = curve.Mean(curve.AllSeeds);
        int best = BestRate.Lowest(losses);
        return taken < 0 || best < 0 ? null : (curve.Rates[taken], losses[taken] - losses[best]);
    }

    private double DriftOf(IReadOnlyList<int> seeds) => PowerLaw.Exponent(
        [.. Curves.Select(curve => (double)curve.Multiple)], [.. Curves.Select(curve => curve.BestOf(seeds)?.Rate ?? double.NaN)]);
}
