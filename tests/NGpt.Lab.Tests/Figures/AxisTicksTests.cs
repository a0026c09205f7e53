using NGpt.Lab.Figures.Plotting;
using ScottPlot;

namespace NGpt.Lab.Tests.Figures;

public sealed class AxisTicksTests
{
    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(-0.31, 0.62, "-0.2 0 0.2 0.4 0.6")]
    [InlineData(1.017, 1.053, "1.02 1.03 1.04 1.05")]
    [InlineData(0, 4_915_200, "0 1M 2M 3M 4M")]
    [InlineData(0, 26_000, "0 5k 10k 15k 20k 25k")]
    [InlineData(0, 0.00045, "0 1e-4 2e-4 3e-4 4e-4")]
    public void Linear_ticks_are_round_and_short(double low, double high, string expected)
    {
        Tick[] ticks = AxisTicks.Linear(low, high, 6);
        Assert.Equal(expected, string.Join(' ', ticks.Select(tick => tick.Label)));
        Assert.All(ticks, tick => Assert.InRange(tick.Position, low - 1e-12, high + 1e-12));
    }

    [Theory]
    [InlineData(1, 30_000, "1 10 100 1k 10k")]
    [InlineData(1, 100, "1 2 5 10 20 50 100")]
    [InlineData(1.1, 2.3, "1.2 1.4 1.6 1.8 2 2.2")]
    [InlineData(1e-12, 1e12, "1e-12 1e-9 1e-6 0.001 1 1k 1M 1B 1T")]
    [InlineData(1e-4, 1e-2, "1e-4 2e-4 5e-4 0.001 0.002 0.005 0.01")]
    public void Logarithmic_ticks_are_powers_or_round_values(double low, double high, string expected)
    {
        Tick[] labelled = [.. AxisTicks.Logarithmic(Math.Log10(low), Math.Log10(high), 8).Where(tick => tick.IsMajor)];
        Assert.Equal(expected, string.Join(' ', labelled.Select(tick => tick.Label)));
    }

    [Fact]
    public void Between_powers_there_are_eight_ticks_without_labels()
    {
        Tick[] ticks = AxisTicks.Logarithmic(0, 4, 8);
        Assert.Equal([Math.Log10(2), Math.Log10(3), Math.Log10(4)], ticks.Where(tick => !tick.IsMajor).Take(3).Select(tick => tick.Position));
        Assert.Equal(4 * 8, ticks.Count(tick => !tick.IsMajor));
    }
}
