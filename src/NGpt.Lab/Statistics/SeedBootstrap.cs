using MathNet.Numerics.Distributions;
using NGpt.Core.Numerics;

namespace NGpt.Lab.Statistics;

/// <summary>
/// Bootstrap confidence intervals of statistics of a few seeds: seeds are drawn with replacement, the statistic is
/// computed from each resample, and the interval is taken from the percentiles of the results. With few seeds the plain
/// percentile interval is too narrow: resampling n values understates their variance by (n−1)/n, and the normal
/// quantiles that it approximates ignore that the variance itself is estimated. So the interval is widened about the
/// estimate by √(n/(n−1)) times the ratio of Student's to the normal quantile, which makes it Student's interval for a
/// plain mean (T. Hesterberg, "What Teachers Should Know About the Bootstrap", arXiv 1411.5279, section 3).
/// </summary>
internal sealed class SeedBootstrap
{
    public const int DefaultResamples = 2000;

    private readonly int[][] _first;
    private readonly int[][] _second;
    private readonly int _seeds;

    public SeedBootstrap(int firstCount, int secondCount, bool arePaired, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(secondCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (arePaired && firstCount != secondCount)
        {
            throw new ArgumentException("paired groups have equally many seeds", nameof(arePaired));
        }

        SplitMix64 random = new(20_241_001);
        _first = Draw(firstCount);
        _second = arePaired ? _first : Draw(secondCount);
        _seeds = Math.Min(firstCount, secondCount);

        int[][] Draw(int count)
        {
            int[][] all = new int[resamples][];
            for (int resample = 0; resample < resamples; resample++)
            {
                all[resample] = new int[count];
                for (int i = 0; i < count; i++)
                {
                    all[resample][i] = (int)random.NextBelow(count);
                }
            }

            return all;
        }
    }

    /// <summary>The share of intervals that contain the true value.</summary>
    public static double Confidence => 0.95;

    /// <summary>Estimates a statistic; with an interval where both groups have several seeds.</summary>
    public Estimate Of(Func<IReadOnlyList<int>, IReadOnlyList<int>, double> statistic)
    {
        double value = statistic([.. Enumerable.Range(0, _first[0].Length)], [.. Enumerable.Range(0, _second[0].Length)]);
        if (_seeds < 2 || !double.IsFinite(value))
        {
            return new Estimate(value);
        }

        double[] sorted = [.. _first.Zip(_second, statistic).Where(double.IsFinite).Order()];
        if (sorted.Length < _first.Length / 2)
        {
            return new Estimate(value);
        }

        double tail = (1 - Confidence) / 2;
        double widening = Math.Sqrt(_seeds / (_seeds - 1.0))
            * StudentT.InvCDF(0, 1, _seeds - 1, 1 - tail) / Normal.InvCDF(0, 1, 1 - tail);
        return new Estimate(
            value,
            Math.Min(value, value + (widening * (Quantile(sorted, tail) - value))),
            Math.Max(value, value + (widening * (Quantile(sorted, 1 - tail) - value))));
    }

    /// <summary>Estimates a ratio, whose interval is that of its logarithm.</summary>
    public Estimate OfRatio(Func<IReadOnlyList<int>, IReadOnlyList<int>, double> ratio)
    {
        Estimate log = Of((first, second) => Math.Log(ratio(first, second)));
        return new Estimate(Math.Exp(log.Value), Power(log.Low), Power(log.High));

        static double? Power(double? value) => value is double exponent ? Math.Exp(exponent) : null;
    }

    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        double rest = position - below;
        return below + 1 < sorted.Length ? (sorted[below] * (1 - rest)) + (sorted[below + 1] * rest) : sorted[below];
    }
}

/// <summary>An estimate with its confidence interval.</summary>
/// <param name="Value">The estimate from all seeds.</param>
/// <param name="Low">Lower end of the interval; null for one seed.</param>
/// <param name="High">Upper end of the interval; null for one seed.</param>
internal readonly record struct Estimate(double Value, double? Low = null, double? High = null)
{
    /// <summary>Whether there is an interval.</summary>
    public bool HasInterval => Low is not null && High is not null;

    /// <summary>Whether the interval includes a value; true also where there is no interval.</summary>
    public bool Includes(double value) => !HasInterval || (Low <= value && value <= High);
}
