using NGpt.Core.Numerics;
using NGpt.Lab.Comparing;
using NGpt.Lab.Statistics;

namespace NGpt.Lab.Tests.Comparing;

public sealed class SpeedupTests
{
    [Theory]
    [InlineData(4.0)]
    [InlineData(1.0)]
    [InlineData(0.7)]
    public void Without_noise_the_speedup_is_the_known_one_at_every_level(double speed)
    {
        SplitMix64 random = new(5);
        Speedup speedup = new(SyntheticCurves.Of(speed, 2, random, 0), SyntheticCurves.Of(1, 2, random, 0), [3e-6, 3e-6], [2e-6, 2e-6], arePaired: true);

        Assert.InRange(speedup.Levels.Count, 4, 12);
        foreach (SpeedupAtLoss level in speedup.Levels)
        {
            // What interpolation in proportion between two evaluations does to a bent curve.
            Assert.InRange(level.Tokens.Value / speed, 0.98, 1.02);
            Assert.Equal(level.Tokens.Value * 2 / 3, level.Time.Value, 1e-9);
            Assert.Equal(level.GptTokens / level.NGptTokens, level.Tokens.Value, 1e-9);
        }

        Assert.InRange(speedup.AtLowest!.Tokens.Value / speed, 0.99, 1.01);
        Assert.Equal(1.5, speedup.StepTimeRatio.Value, 1e-9);
        Assert.Equal(Math.Sign(1 - speed), Math.Sign(Math.Round(speedup.FinalDifference.Value, 9)));
    }

    [Fact]
    public void Levels_are_round_numbers_that_every_seed_reached()
    {
        SplitMix64 random = new(6);
        LossCurves nGpt = SyntheticCurves.Of(1.5, 3, random, 0.1);
        LossCurves gpt = SyntheticCurves.Of(1, 3, random, 0.1);
        Speedup speedup = new(nGpt, gpt, [1, 1, 1], [1, 1, 1], arePaired: false);

        Assert.All(speedup.Levels, level => Assert.Equal(level.Loss, Math.Round(level.Loss, 2), 1e-9));
        Assert.All(speedup.Levels, level => Assert.All([nGpt, gpt], curves =>
            Assert.All(Enumerable.Range(0, 3), seed => Assert.True(double.IsFinite(curves.TokensAt(curves.Losses(seed), level.Loss))))));
        Assert.Equal(speedup.Levels.Select(level => level.Loss).OrderDescending(), speedup.Levels.Select(level => level.Loss));
    }

    // The promise of a 95% interval, checked where the truth is known. Of 300 intervals 285 should hold it; fewer than
    // 270 or all of them would happen in less than one of ten thousand correct programs.
    [Theory]
    [InlineData(3, true)]
    [InlineData(3, false)]
    [InlineData(5, true)]
    public void The_known_speedup_lies_within_about_ninety_five_percent_of_the_intervals(int seeds, bool arePaired)
    {
        const double Truth = 1.4;
        SplitMix64 random = new(7);
        (int atLowest, int atMiddle) = (0, 0);
        for (int trial = 0; trial < 300; trial++)
        {
            double[]? shared = arePaired ? [.. Enumerable.Range(0, seeds).Select(_ => 0.2 * SyntheticCurves.Gaussian(random))] : null;
            Speedup speedup = new(
                SyntheticCurves.Of(Truth, seeds, random, 0.05, shared),
                SyntheticCurves.Of(1, seeds, random, 0.05, shared),
                [.. Enumerable.Repeat(1.0, seeds)],
                [.. Enumerable.Repeat(1.0, seeds)],
                arePaired,
                resamples: 200);
            atLowest += Holds(speedup.AtLowest!.Tokens, Truth);
            atMiddle += Holds(speedup.Levels[speedup.Levels.Count / 2].Tokens, Truth);
        }

        Assert.InRange(atLowest, 270, 299);
        Assert.InRange(atMiddle, 270, 299);

        static int Holds(Estimate estimate, double truth) => estimate.HasInterval && estimate.Includes(truth) ? 1 : 0;
    }

    [Fact]
    public void Paired_seeds_give_a_narrower_interval_where_seeds_move_both()
    {
        SplitMix64 random = new(8);
        double[] shared = [0.3, -0.2, 0.1, -0.25];
        LossCurves nGpt = SyntheticCurves.Of(1.4, 4, random, 0.01, shared);
        LossCurves gpt = SyntheticCurves.Of(1, 4, random, 0.01, shared);
        double paired = Width(new Speedup(nGpt, gpt, [1, 1, 1, 1], [1, 1, 1, 1], arePaired: true));
        double unpaired = Width(new Speedup(nGpt, gpt, [1, 1, 1, 1], [1, 1, 1, 1], arePaired: false));

        Assert.True(paired < unpaired / 3, $"{paired} against {unpaired}");

        static double Width(Speedup speedup) => speedup.AtLowest!.Tokens.High!.Value - speedup.AtLowest.Tokens.Low!.Value;
    }

    [Fact]
    public void One_seed_gives_no_interval()
    {
        SplitMix64 random = new(9);
        Speedup speedup = new(SyntheticCurves.Of(2, 1, random, 0), SyntheticCurves.Of(1, 1, random, 0), [1], [1], arePaired: true);

        Assert.False(speedup.AtLowest!.Tokens.HasInterval);
        Assert.All(speedup.Levels, level => Assert.False(level.Time.HasInterval));
        Assert.True(speedup.AtLowest.Tokens.Includes(1));
    }

    [Fact]
    public void Curves_without_a_common_loss_have_no_speedup()
    {
        LossCurves high = new([[(10, 5.0), (20, 4.0)]]);
        LossCurves low = new([[(10, 3.0), (20, 2.0)]]);
        Speedup speedup = new(low, high, [1], [1], arePaired: true);

        Assert.Empty(speedup.Levels);
        Assert.Null(speedup.AtLowest);
        Assert.Equal(-2, speedup.FinalDifference.Value);
        Assert.Equal(20, speedup.FinalTokens);
    }

    [Fact]
    public void Final_losses_are_those_after_equal_tokens()
    {
        LossCurves longer = new([[(10, 5.0), (20, 4.0), (40, 2.0)], [(10, 6.0), (20, 5.0), (40, 3.0)]]);
        LossCurves shorter = new([[(10, 5.0), (30, 3.5)]]);
        Speedup speedup = new(longer, shorter, [1, 1], [1], arePaired: false);
        Assert.Equal(30, speedup.FinalTokens);
        // Halfway between 4.5 and 2.5.
        Assert.Equal((3.5, 3.5), speedup.FinalLosses);
        Assert.Equal(0, speedup.FinalDifference.Value);
    }
}
