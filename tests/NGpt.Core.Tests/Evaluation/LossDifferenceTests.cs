using NGpt.Core.Data;
using NGpt.Core.Evaluation;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Evaluation;

public sealed class LossDifferenceTests
{
    private static readonly double[] Losses = [1, 7, 2, 9];

    [Fact]
    public void What_is_difficult_for_both_cancels()
    {
        // Every window of two sees its first token: 0, 1, 2, 3. The last window has one token that counts.
        PerplexityReport first = Evaluate(token => Losses[token], 8);
        PerplexityReport second = Evaluate(token => Losses[token] + (token == 1 ? 0.5 : 0.25), 8);
        LossDifference difference = LossDifference.Between(first, second);
        double[] windows = [0.5, 1, 0.5, 0.25];
        int[] tokens = [2, 2, 2, 1];
        double mean = windows.Sum() / 7;
        double squares = windows.Zip(tokens, (loss, count) => Math.Pow(loss - (mean * count), 2)).Sum();
        Assert.Equal(mean, difference.Mean, 1e-6);
        Assert.Equal(mean, second.Loss - first.Loss, 1e-6);
        Assert.Equal(Math.Sqrt(squares * 4 / 3) / 7, difference.StandardError!.Value, 1e-6);
        Assert.True(difference.StandardError < first.StandardError / 10);
        Assert.Equal(-difference.Mean, LossDifference.Between(second, first).Mean);
    }

    [Fact]
    public void A_single_window_has_no_spread_and_other_windows_are_refused()
    {
        PerplexityReport one = Evaluate(token => Losses[token], 3);
        Assert.Null(LossDifference.Between(one, one).StandardError);
        Assert.Throws<ArgumentException>(() => LossDifference.Between(one, Evaluate(token => Losses[token], 4)));
    }

    private static PerplexityReport Evaluate(Func<int, double> loss, int count)
    {
        TableScorer scorer = new(5, 2, (seen, _) => new TokenScore(-(float)loss(seen[0]), false));
        return new PerplexityEvaluator(scorer, new TokenMemory(new[] { 0, 0, 1, 1, 2, 2, 3, 3 }.AsMemory(0, count)), new CharacterTokenizer("abcde".EnumerateRunes()), new()).Evaluate();
    }
}
