using NGpt.Core.Numerics;
using NGpt.Lab.Comparing;

namespace NGpt.Lab.Tests.Comparing;

/// <summary>Loss curves of a known law, a + b·t^(−k), that one architecture follows a known number of times faster.</summary>
internal static class SyntheticCurves
{
    private const int Points = 37;
    private const double TokensPerPoint = 20_000;

    /// <summary>Curves of some seeds. Seeds differ by how fast they are, and by a little at every evaluation.</summary>
    /// <param name="speed">Tokens of the law that one token is worth.</param>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="random">Source of what differs.</param>
    /// <param name="spread">Standard deviation of the logarithm of a seed's speed.</param>
    /// <param name="shared">What seed i of several architectures has in common; null for nothing.</param>
    public static LossCurves Of(double speed, int seeds, SplitMix64 random, double spread, double[]? shared = null)
    {
        List<(double, double)[]> curves = [];
        for (int seed = 0; seed < seeds; seed++)
        {
            double own = speed * Math.Exp((spread * Gaussian(random)) + (shared?[seed] ?? 0));
            curves.Add([.. Enumerable.Range(1, Points).Select(point =>
            {
                double tokens = point * TokensPerPoint;
                return (tokens, 0.8 + (40 * Math.Pow(tokens * own, -0.3)) + (spread * 0.001 * Gaussian(random)));
            })]);
        }

        return new LossCurves(curves);
    }

    public static double Gaussian(SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
