using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>The held-out losses of one architecture, a curve for each seed, over the same numbers of training tokens.</summary>
internal sealed class LossCurves
{
    private readonly double[][] _losses;

    /// <summary>Interpolates the losses of all runs at the evaluations of the first.</summary>
    public LossCurves(IReadOnlyList<RecordedRun> runs, LossMeasure measure)
        : this([.. runs.Select(run => Curve(run, measure))])
    {
    }

    internal LossCurves(IReadOnlyList<(double Tokens, double Loss)[]> curves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(curves.Count, nameof(curves));
        // Without the untrained model: the curve between it and the first evaluation is unknown.
        (double first, double last) = (curves.Max(curve => curve[0].Tokens), curves.Min(curve => curve[^1].Tokens));
        Tokens = [.. curves[0].Select(point => point.Tokens).Where(tokens => tokens >= first && tokens <= last)];
        _losses = [.. curves.Select(curve => Tokens.Select(tokens => Interpolate(curve, tokens)).ToArray())];
    }

    /// <summary>Training tokens of the points of all curves, ascending.</summary>
    public IReadOnlyList<double> Tokens { get; }

    /// <summary>Number of seeds.</summary>
    public int Count => _losses.Length;

    /// <summary>The losses of one seed, a value for each of <see cref="Tokens"/>.</summary>
    public IReadOnlyList<double> Losses(int seed) => _losses[seed];

    /// <summary>The mean over seeds given as indices, of which one may occur several times; a value for each of <see cref="Tokens"/>.</summary>
    public double[] Mean(IReadOnlyList<int> seeds)
    {
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

    /// <summary>The mean loss over seeds after a number of tokens within the range of <see cref="Tokens"/>, interpolated between evaluations.</summary>
    public double MeanAt(IReadOnlyList<int> seeds, double tokens) => Interpolate([.. Tokens.Zip(Mean(seeds))], tokens);

    /// <summary>
    /// After how many tokens a curve first reached a loss; NaN where it did so before the first point or never. Between
    /// evaluations the loss is assumed linear in the logarithm of the tokens, in which the curve is straighter than in the
    /// tokens.
    /// </summary>
    public double TokensAt(IReadOnlyList<double> losses, double level)
    {
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

    private static double Interpolate((double Tokens, double Loss)[] curve, double tokens)
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
