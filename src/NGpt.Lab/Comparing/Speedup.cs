using NGpt.Lab.Statistics;

namespace NGpt.Lab.Comparing;

/// <summary>
/// How much sooner nGPT reaches the same held-out loss than the baseline, in tokens and in seconds. The curves are
/// means over seeds; the intervals come from drawing the seeds again (<see cref="SeedBootstrap"/>).
/// </summary>
public sealed class Speedup
{
    private const int LevelCount = 10;

    private readonly LossCurves _nGpt;
    private readonly LossCurves _gpt;
    private readonly IReadOnlyList<double> _nGptSeconds;
    private readonly IReadOnlyList<double> _gptSeconds;
    private readonly SeedBootstrap _bootstrap;

    /// <summary>Takes the measured curves.</summary>
    /// <param name="nGpt">nGPT's losses.</param>
    /// <param name="gpt">The baseline's losses.</param>
    /// <param name="nGptSeconds">Seconds a token of each of nGPT's seeds.</param>
    /// <param name="gptSeconds">Seconds a token of each of the baseline's seeds.</param>
    /// <param name="arePaired">Whether seed i of both saw the same batches.</param>
    /// <param name="draws">Draws of seeds for each interval.</param>
    public Speedup(
        LossCurves nGpt,
        LossCurves gpt,
        IReadOnlyList<double> nGptSeconds,
        IReadOnlyList<double> gptSeconds,
        bool arePaired,
        int draws = SeedBootstrap.DefaultDraws)
    {
        ArgumentNullException.ThrowIfNull(nGpt);
        ArgumentNullException.ThrowIfNull(gpt);
        (_nGpt, _gpt, _nGptSeconds, _gptSeconds) = (nGpt, gpt, nGptSeconds, gptSeconds);
        _bootstrap = new SeedBootstrap(nGpt.Count, gpt.Count, arePaired, draws);
        Levels = [.. CommonLevels().Select(At)];
        AtLowest = FindAtLowest();
    }

    /// <summary>The speedup at losses that every seed of both reached, from the highest to the lowest.</summary>
    public IReadOnlyList<SpeedupAtLevel> Levels { get; }

    /// <summary>
    /// The speedup at the lowest loss that both mean curves reached: the one that ended higher ends there, the other was
    /// there sooner. Its level is found anew in every draw of seeds. Null where the curves have no loss in common.
    /// </summary>
    public SpeedupAtLevel? AtLowest { get; }

    /// <summary>The mean losses at the last point that all curves have.</summary>
    public (double NGpt, double Gpt) FinalLosses => (_nGpt.Mean(All(_nGpt))[^1], _gpt.Mean(All(_gpt))[^1]);

    /// <summary>Difference of the last losses, nGPT's minus the baseline's: below 0 where nGPT ended lower.</summary>
    public Estimate FinalDifference => _bootstrap.Of((first, second) => _nGpt.Mean(first)[^1] - _gpt.Mean(second)[^1]);

    /// <summary>Time of a token of nGPT over that of the baseline.</summary>
    public Estimate StepTimeRatio => _bootstrap.OfRatio((first, second) => 1 / TimeRatio(first, second));

    private SpeedupAtLevel At(double level) => new(
        level,
        _nGpt.TokensAt(_nGpt.Mean(All(_nGpt)), level),
        _gpt.TokensAt(_gpt.Mean(All(_gpt)), level),
        _bootstrap.OfRatio((first, second) => Ratio(first, second, level)),
        _bootstrap.OfRatio((first, second) => Ratio(first, second, level) * TimeRatio(first, second)));

    private SpeedupAtLevel? FindAtLowest()
    {
        (double[] nGpt, double[] gpt) = (_nGpt.Mean(All(_nGpt)), _gpt.Mean(All(_gpt)));
        double level = Lowest(nGpt, gpt);
        return double.IsNaN(Ratio(All(_nGpt), All(_gpt), level)) ? null : new SpeedupAtLevel(
            level,
            _nGpt.TokensAt(nGpt, level),
            _gpt.TokensAt(gpt, level),
            _bootstrap.OfRatio((first, second) => RatioAtLowest(first, second)),
            _bootstrap.OfRatio((first, second) => RatioAtLowest(first, second) * TimeRatio(first, second)));
    }

    private double RatioAtLowest(IReadOnlyList<int> first, IReadOnlyList<int> second) =>
        Ratio(first, second, Lowest(_nGpt.Mean(first), _gpt.Mean(second)));

    private double Ratio(IReadOnlyList<int> first, IReadOnlyList<int> second, double level) =>
        _gpt.TokensAt(_gpt.Mean(second), level) / _nGpt.TokensAt(_nGpt.Mean(first), level);

    private double TimeRatio(IReadOnlyList<int> first, IReadOnlyList<int> second) =>
        second.Average(seed => _gptSeconds[seed]) / first.Average(seed => _nGptSeconds[seed]);

    // Round numbers between what every seed had at its first evaluation and what every seed reached.
    private IEnumerable<double> CommonLevels()
    {
        double highest = Math.Min(Each(_nGpt).Min(losses => losses[0]), Each(_gpt).Min(losses => losses[0]));
        double lowest = Math.Max(Each(_nGpt).Max(losses => losses.Min()), Each(_gpt).Max(losses => losses.Min()));
        if (!(highest > lowest))
        {
            yield break;
        }

        double step = RoundStep((highest - lowest) / LevelCount);
        for (double multiple = Math.Floor(highest / step); multiple * step >= lowest; multiple--)
        {
            yield return multiple * step;
        }
    }

    private static double Lowest(double[] first, double[] second) => Math.Max(first.Min(), second.Min());

    private static IEnumerable<IReadOnlyList<double>> Each(LossCurves curves) => Enumerable.Range(0, curves.Count).Select(curves.Losses);

    private static int[] All(LossCurves curves) => [.. Enumerable.Range(0, curves.Count)];

    private static double RoundStep(double min)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(min)));
        return (min / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        } * power;
    }
}
