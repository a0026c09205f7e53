using NGpt.Lab.Inspection;

namespace NGpt.Lab.Tests.Inspection;

public sealed class StatisticsTests
{
    [Fact]
    public void A_distribution_has_interpolated_percentiles()
    {
        Distribution values = Distribution.Of([5, 1, 2, 4, 3, 21]);
        Assert.Equal(new Distribution(6, 6, 1, 1.5, 3.5, 13, 21), values);
        Assert.Equal(new Distribution(1, -2, -2, -2, -2, -2, -2), Distribution.Of([-2]));
        Assert.Equal(double.PositiveInfinity, Distribution.Of([1, double.PositiveInfinity, double.PositiveInfinity]).Median);
        Assert.Throws<ArgumentOutOfRangeException>(() => Distribution.Of([]));
    }

    [Fact]
    public void A_histogram_counts_every_value_once()
    {
        Histogram histogram = Histogram.Of([-1, -0.6, -0.5, 0.2, 0.9, 1, 1, 0.99], -1, 1, 4);
        Assert.Equal([-0.75, -0.25, 0.25, 0.75], histogram.Centers);
        Assert.Equal([25, 12.5, 12.5, 50], histogram.Shares);
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.Of([1.001], -1, 1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.Of([double.NaN], -1, 1, 4));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(3.21e-7, "3.2e-07")]
    [InlineData(0.0123456, "0.0123")]
    [InlineData(-0.5, "-0.500")]
    [InlineData(9.996, "10.0")]
    [InlineData(12345.6, "12,346")]
    [InlineData(2.5e9, "2.5e+09")]
    [InlineData(double.PositiveInfinity, "infinite")]
    [InlineData(double.NaN, "unknown")]
    public void Numbers_are_written_with_three_digits(double value, string text) => Assert.Equal(text, NumberText.Of(value));
}
