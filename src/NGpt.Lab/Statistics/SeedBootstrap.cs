using MathNet.Numerics.Distributions;
using NGpt.Core.Numerics;

namespace NGpt.Lab.Statistics;

/// <summary>
/// Confidence intervals of figures that come from a few seeds: seeds are drawn with replacement, the figure is computed
/// anew from each draw, and the interval is cut from the distribution of the results. With few seeds the plain
/// percentile interval is too narrow: resampling n values understates their variance by (n−1)/n, and the normal
/// quantiles that it imitates ignore that the variance itself is estimated. So the interval is widened about the
/// estimate by √(n/(n−1)) times the ratio of Student's to the normal quantile, which makes it Student's interval for a
/// plain mean (T. Hesterberg, "What Teachers Should Know About the Bootstrap", arXiv 1411.5279, section 3).
/// </summary>
public sealed class SeedBootstrap
{
    /// <summary>Draws that an interval is cut from.</summary>
    public const int DefaultDraws = 2000;

    private readonly int[][] _first;
    private readonly int[][] _second;
    private readonly int _seeds;

    /// <summary>Draws the seeds.</summary>
    /// <param name="firstCount">Seeds of the first group, at least 1.</param>
    /// <param name="secondCount">Seeds of the second group, at least 1.</param>
    /// <param name="arePaired">
    /// Whether seed i of both groups saw the same batches: then both are drawn together, so that what a seed does to
    /// both cancels. Needs equal counts.
    /// </param>
    /// <param name="draws">Number of draws.</param>
    public SeedBootstrap(int firstCount, int secondCount, bool arePaired, int draws = DefaultDraws)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(secondCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
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
            int[][] all = new int[draws][];
            for (int draw = 0; draw < draws; draw++)
            {
                all[draw] = new int[count];
                for (int i = 0; i < count; i++)
                {
                    all[draw][i] = (int)random.NextBelow(count);
                }
            }

            return all;
        }
    }

    /// <summary>The share of intervals that are meant to hold the true value.</summary>
    public static double Confidence => 0.95;

    /// <summary>Estimates a figure.</summary>
    /// <param name="statistic">Computes it from the seeds of both groups, given as indices; NaN where it is not defined.</param>
    /// <returns>The figure of all seeds, with an interval where both groups have several.</returns>
    public Estimate Of(Func<IReadOnlyList<int>, IReadOnlyList<int>, double> statistic)
    {
        ArgumentNullException.ThrowIfNull(statistic);
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

    /// <summary>Estimates a ratio: its interval is found for the logarithm.</summary>
    /// <param name="ratio">Computes it from the seeds of both groups, given as indices; NaN where it is not defined.</param>
    /// <returns>The ratio of all seeds, with an interval where both groups have several.</returns>
    public Estimate OfRatio(Func<IReadOnlyList<int>, IReadOnlyList<int>, double> ratio)
    {
        ArgumentNullException.ThrowIfNull(ratio);
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
