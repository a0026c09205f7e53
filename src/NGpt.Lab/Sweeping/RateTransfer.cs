using NGpt.Core.Configuration;
using NGpt.Lab.Statistics;

namespace NGpt.Lab.Sweeping;

/// <summary>How the best base learning rate of one parametrization changes with the size of the model.</summary>
internal sealed class RateTransfer
{
    private readonly SeedBootstrap _seeds;

    /// <summary>Computes the drift of at least one curve; the curves have ascending multiples and equally many seeds.</summary>
    public RateTransfer(Parametrization parametrization, IReadOnlyList<RateCurve> curves)
    {
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

    /// <summary>Whether one of the best rates is at the end of the grid, so that the drift is only a bound.</summary>
    public bool IsBound => Curves.Any(curve => curve.Best is { IsAtEnd: true });

    /// <summary>The absolute drift minus that of another parametrization with the same seeds: below 0 where this one drifts less.</summary>
    public Estimate ExcessDriftOver(RateTransfer other)
    {
        // Seeds of only one parametrization say nothing about the difference.
        int seeds = Math.Min(SeedCount, other.SeedCount);
        return new SeedBootstrap(seeds, seeds, arePaired: true).Of((drawn, _) => Math.Abs(DriftOf(drawn)) - Math.Abs(other.DriftOf(drawn)));
    }

    /// <summary>A curve's best rate over the base model's: 1 where the rate transfers, NaN where one of them has no best rate.</summary>
    public Estimate RatioToBase(RateCurve curve)
    {
        return _seeds.OfRatio((seeds, _) => curve.BestOf(seeds) is BestRate best && Curves[0].BestOf(seeds) is BestRate start ? best.Rate / start.Rate : double.NaN);
    }

    /// <summary>A curve's best rate; NaN where no rate converged.</summary>
    public Estimate RateOf(RateCurve curve)
    {
        return _seeds.OfRatio((seeds, _) => curve.BestOf(seeds)?.Rate ?? double.NaN);
    }

    /// <summary>
    /// The rate of the grid that was best for the base model, and how much higher the loss of a size is with it than with
    /// the best rate of that size, in bits per byte: infinite where it diverges. Null where nothing converged.
    /// </summary>
    public (double Rate, double Loss)? CostOfBaseRate(RateCurve curve)
    {
        int taken = BestRate.Lowest(Curves[0].Mean(Curves[0].AllSeeds));
        IReadOnlyList<double> losses = curve.Mean(curve.AllSeeds);
        int best = BestRate.Lowest(losses);
        return taken < 0 || best < 0 ? null : (curve.Rates[taken], losses[taken] - losses[best]);
    }

    private double DriftOf(IReadOnlyList<int> seeds) => PowerLaw.Exponent(
        [.. Curves.Select(curve => (double)curve.Multiple)], [.. Curves.Select(curve => curve.BestOf(seeds)?.Rate ?? double.NaN)]);
}
