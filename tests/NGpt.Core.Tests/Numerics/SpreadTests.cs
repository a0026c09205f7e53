using CsCheck;
using NGpt.Core.Numerics;

namespace NGpt.Core.Tests.Numerics;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 7.0 }, 7, 7, 7)]
    [InlineData(new[] { 3.0, 1.0 }, 2, 1.5, 2.5)]
    [InlineData(new[] { 5.0, 1.0, 3.0 }, 3, 2, 4)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5, 1.75, 3.25)]
    [InlineData(new[] { 10.0, 50.0, 20.0, 40.0, 30.0 }, 30, 20, 40)]
    public void Quantiles_are_interpolated_linearly(double[] values, double median, double lower, double upper)
    {
        Spread spread = Spread.Of(values)!;
        Assert.Equal((values.Length, median, lower, upper, values.Min(), values.Max()),
            (spread.Count, spread.Median, spread.LowerQuartile, spread.UpperQuartile, spread.Min, spread.Max));
    }

    [Fact]
    public void Nothing_measured_is_no_spread() => Assert.Null(Spread.Of([]));

    [Fact]
    public void Half_and_a_quarter_of_the_values_lie_below() => Gen.Double[0, 1e6].Array[1, 40].Sample(values =>
    {
        Spread spread = Spread.Of(values)!;
        Assert.True(spread.Min <= spread.LowerQuartile && spread.LowerQuartile <= spread.Median);
        Assert.True(spread.Median <= spread.UpperQuartile && spread.UpperQuartile <= spread.Max);
        Assert.InRange(values.Count(value => value < spread.Median), 0, values.Length / 2);
        Assert.InRange(values.Count(value => value > spread.Median), 0, values.Length / 2);
        Assert.InRange(values.Count(value => value < spread.LowerQuartile), 0, (values.Length + 3) / 4);
    });
}
