using NGpt.Lab.Sweeping;

namespace NGpt.Lab.Tests.Sweeping;

public sealed class BestRateTests
{
    [Fact]
    public void The_lowest_point_of_a_parabola_is_found_between_unequal_rates()
    {
        double[] rates = [1e-3, 3e-3, 7e-3, 3e-2, 5e-2];
        BestRate best = BestRate.Of(rates, [.. rates.Select(rate => 1.25 + (0.3 * Math.Pow(Math.Log(rate / 0.011), 2)))])!;

        Assert.Equal(RatePosition.Interpolated, best.Position);
        Assert.Equal(0.011, best.Rate, 1e-12);
        Assert.Equal(1.25, best.Loss, 1e-12);
        Assert.False(best.IsAtEnd);
    }

    [Fact]
    public void Only_the_neighbours_of_the_lowest_matter()
    {
        // The three lowest are at 2, 4 and 16; the neighbours of 4 are 2 and 8.
        BestRate best = BestRate.Of([1, 2, 4, 8, 16], [9, 3, 1, 5, 2])!;

        // t in units of log 2: losses 3, 1, 5 at −1, 0, 1: 1 + t + 3t², lowest at −1/6.
        Assert.Equal(4 * Math.Pow(2, -1.0 / 6), best.Rate, 1e-12);
        Assert.Equal(1 - (1.0 / 12), best.Loss, 1e-12);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, 1, RatePosition.LowestTried)]
    [InlineData(new double[] { 3, 2, 1 }, 4, RatePosition.HighestTried)]
    [InlineData(new double[] { 2, 1, double.PositiveInfinity }, 2, RatePosition.BesideDivergence)]
    [InlineData(new double[] { double.PositiveInfinity, 1, 2 }, 2, RatePosition.BesideDivergence)]
    [InlineData(new double[] { 1, double.PositiveInfinity, double.NaN }, 1, RatePosition.LowestTried)]
    [InlineData(new double[] { 2, 2, 2 }, 1, RatePosition.LowestTried)]
    public void Without_a_neighbour_on_both_sides_the_tried_rate_is_the_best_and_marked(double[] losses, double rate, RatePosition position)
    {
        BestRate best = BestRate.Of([1, 2, 4], losses)!;

        Assert.Equal((rate, position), (best.Rate, best.Position));
        Assert.Equal(losses.Where(double.IsFinite).Min(), best.Loss);
        Assert.Equal(position != RatePosition.BesideDivergence, best.IsAtEnd);
    }

    [Fact]
    public void Without_a_converged_run_there_is_none() =>
        Assert.Null(BestRate.Of([1, 2], [double.PositiveInfinity, double.NaN]));
}
