using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>The held-out losses of one architecture, one curve a seed, over the same numbers of training tokens.</summary>
public sealed class LossCurves
{
    private readonly double[][] _losses;

    /// <summary>Puts runs on a common scale: the evaluations of the first, the others' losses between theirs.</summary>
    /// <param name="runs">The runs, at least one.</param>
    /// <param name="measure">In what loss is measured.</param>
    public LossCurves(IReadOnlyList<RecordedRun> runs, LossMeasure measure)
        : this([.. runs.Select(run => Curve(run, measure))])
    {
    }

    internal LossCurves(IReadOnlyList<(double Tokens, double Loss)[]> curves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(curves.Count, nameof(curves));
        // The untrained model is on no curve: nothing lies between it and the first evaluation but a guess.
        (double first, double last) = (curves.Max(curve => curve[0].Tokens), curves.Min(curve => curve[^1].Tokens));
        Tokens = [.. curves[0].Select(point => point.Tokens).Where(tokens => tokens >= first && tokens <= last)];
        _losses = [.. curves.Select(curve => Tokens.Select(tokens => Between(curve, tokens)).ToArray())];
    }

    /// <summary>Training tokens of the points of all curves, ascending.</summary>
    public IReadOnlyList<double> Tokens { get; }

    /// <summary>Number of seeds.</summary>
    public int Count => _losses.Length;

    /// <summary>The losses of one seed, a value for each of <see cref="Tokens"/>.</summary>
    /// <param name="seed">Index of the seed.</param>
    /// <returns>Its losses.</returns>
    public IReadOnlyList<double> Losses(int seed) => _losses[seed];

    /// <summary>The mean over some seeds, a value for each of <see cref="Tokens"/>.</summary>
    /// <param name="seeds">Indices of seeds; one may occur several times.</param>
    /// <returns>The mean losses.</returns>
    public double[] Mean(IReadOnlyList<int> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        double[] mean = new double[Tokens.Count];
        foreach (int seed in seeds)
        {
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += _losses[seed][i] / seeds.Count;
            }
        }

        return mean;
    }

    /// <summary>After how many tokens a curve first reached a loss.</summary>
    /// <param name="losses">A value for each of <see cref="Tokens"/>.</param>
    /// <param name="level">The loss.</param>
    /// <returns>The tokens; NaN where it was reached before the first point or never. Between evaluations the loss is
    /// taken to fall in proportion to the logarithm of the tokens, which bends less than the curve over the tokens.</returns>
    public double TokensAt(IReadOnlyList<double> losses, double level)
    {
        ArgumentNullException.ThrowIfNull(losses);
        double lowest = losses[0];
        if (lowest <= level)
        {
            return lowest == level ? Tokens[0] : double.NaN;
        }

        for (int i = 1; i < losses.Count; i++)
        {
            if (losses[i] <= level)
            {
                double share = (losses[i - 1] - level) / (losses[i - 1] - losses[i]);
                return Tokens[i - 1] * Math.Pow(Tokens[i] / Tokens[i - 1], share);
            }
        }

        return double.NaN;
    }

    private static (double Tokens, double Loss)[] Curve(RecordedRun run, LossMeasure measure) =>
        [.. run.Evaluations.Where(point => point.Tokens > 0).Select(point => ((double)point.Tokens, RecordedRun.LossOf(point, measure)))];

    private static double Between((double Tokens, double Loss)[] curve, double tokens)
    {
        int right = Array.FindIndex(curve, point => point.Tokens >= tokens);
        if (curve[right].Tokens == tokens || right == 0)
        {
            return curve[right].Loss;
        }

        ((double from, double high), (double to, double low)) = (curve[right - 1], curve[right]);
        return high + ((low - high) * (tokens - from) / (to - from));
    }
}
