using NGpt.Lab.Statistics;

namespace NGpt.Lab.Comparing;

/// <summary>
/// How many times the tokens and the time of nGPT the baseline needs to reach the same held-out loss. The curves are means
/// over seeds; the intervals come from resampling the seeds (<see cref="SeedBootstrap"/>).
/// </summary>
internal sealed class Speedup
{
    private const int LevelCount = 10;

    private readonly LossCurves _nGpt;
    private readonly LossCurves _gpt;
    private readonly IReadOnlyList<double> _nGptSeconds;
    private readonly IReadOnlyList<double> _gptSeconds;
    private readonly SeedBootstrap _bootstrap;

    /// <summary>Computes the ratios.</summary>
    public Speedup(
        LossCurves nGpt,
        LossCurves gpt,
        IReadOnlyList<double> nGptSeconds,
        IReadOnlyList<double> gptSeconds,
        bool arePaired,
        int resamples = SeedBootstrap.DefaultResamples)
    {
        (_nGpt, _gpt, _nGptSeconds, _gptSeconds) = (nGpt, gpt, nGptSeconds, gptSeconds);
        _bootstrap = new SeedBootstrap(nGpt.Count, gpt.Count, arePaired, resamples);
        FinalTokens = Math.Min(nGpt.Tokens[^1], gpt.Tokens[^1]);
        Levels = [.. CommonLevels().Select(At)];
        AtLowest = FindAtLowest();
    }

    /// <summary>The speedup at losses that every seed of both reached, in descending order.</summary>
    public IReadOnlyList<SpeedupAtLoss> Levels { get; }

    /// <summary>
    /// The speedup at the lowest loss that both mean curves reached, which is found anew in every resample. Null where
    /// the curves have no loss in common.
    /// </summary>
    public SpeedupAtLoss? AtLowest { get; }

    /// <summary>Training tokens after which the final losses are compared: the last number of tokens that all runs reached.</summary>
    public double FinalTokens { get; }

    /// <summary>The mean losses after <see cref="FinalTokens"/>.</summary>
    public (double NGpt, double Gpt) FinalLosses => (_nGpt.MeanAt(All(_nGpt), FinalTokens), _gpt.MeanAt(All(_gpt), FinalTokens));

    /// <summary>Difference of the losses after <see cref="FinalTokens"/>, nGPT's minus the baseline's: below 0 where nGPT's is lower.</summary>
    public Estimate FinalDifference => _bootstrap.Of((first, second) => _nGpt.MeanAt(first, FinalTokens) - _gpt.MeanAt(second, FinalTokens));

    /// <summary>Seconds per token of nGPT over those of the baseline.</summary>
    public Estimate StepTimeRatio => _bootstrap.OfRatio((first, second) => 1 / TimeRatio(first, second));

    private SpeedupAtLoss At(double level) => new(
        level,
        _nGpt.TokensAt(_nGpt.Mean(All(_nGpt)), level),
        _gpt.TokensAt(_gpt.Mean(All(_gpt)), level),
        _bootstrap.OfRatio((first, second) => Ratio(first, second, level)),
        _bootstrap.OfRatio((first, second) => Ratio(first, second, level) * TimeRatio(first, second)));

    private SpeedupAtLoss? FindAtLowest()
    {
        (double[] nGpt, double[] gpt) = (_nGpt.Mean(All(_nGpt)), _gpt.Mean(All(_gpt)));
        double level = Lowest(nGpt, gpt);
        return double.IsNaN(Ratio(All(_nGpt), All(_gpt), level)) ? null : new SpeedupAtLoss(
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

    // Round numbers between the lowest first loss and the highest minimum of all seeds.
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

/// <summary>Tokens and time of both architectures to reach one loss.</summary>
/// <param name="Loss">The held-out loss.</param>
/// <param name="NGptTokens">Tokens after which nGPT's mean curve reached it.</param>
/// <param name="GptTokens">Tokens after which the baseline's mean curve reached it.</param>
/// <param name="Tokens">GPT's tokens over nGPT's: above 1 where nGPT needs fewer.</param>
/// <param name="Time">GPT's training time over nGPT's: above 1 where nGPT needs less.</param>
internal sealed record SpeedupAtLoss(double Loss, double NGptTokens, double GptTokens, Estimate Tokens, Estimate Time);
