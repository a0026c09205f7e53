using NGpt.Lab.Comparing;

namespace NGpt.Lab.Tests.Comparing;

public sealed class LossCurvesTests
{
    private static LossCurves Curves { get; } = new([[(10, 5.0), (20, 3.0), (30, 3.5), (40, 1.0)], [(10, 7.0), (40, 1.0)]]);

    [Fact]
    public void Losses_of_other_seeds_are_interpolated()
    {
        Assert.Equal([10, 20, 30, 40], Curves.Tokens);
        Assert.Equal([7, 5, 3, 1], Curves.Losses(1));
        Assert.Equal([6, 4, 3.25, 1], Curves.Mean([0, 1]));
        Assert.Equal([5, 3, 3.5, 1], Curves.Mean([0, 0]));
    }

    [Theory]
    [InlineData(5.0, 10)]
    [InlineData(4.0, 14.142135623730951)]
    [InlineData(3.0, 20)]
    [InlineData(2.0, 35.65204915932007)]
    [InlineData(1.0, 40)]
    [InlineData(6.0, double.NaN)]
    [InlineData(0.9, double.NaN)]
    public void A_loss_is_reached_where_the_curve_is_first_at_it(double level, double tokens) =>
        Assert.Equal(tokens, Curves.TokensAt(Curves.Losses(0), level), 1e-9);

    [Fact]
    public void Seeds_of_different_length_share_the_shorter()
    {
        LossCurves curves = new([[(10, 5.0), (20, 3.0), (30, 2.0)], [(15, 4.0), (25, 2.0)]]);

        Assert.Equal([20], curves.Tokens);
        Assert.Equal([3], curves.Losses(1));
    }
}
