using NGpt.Core.Numerics;

namespace NGpt.Core.Tests.Numerics;

public sealed class LogSumExpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(1003)]
    public void Result_is_that_of_the_plain_formula_in_float64(int count)
    {
        Random random = new(count);
        for (int round = 0; round < 50; round++)
        {
            float[] values = [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 60))];
            double max = values.Max();
            double expected = max + Math.Log(values.Sum(v => Math.Exp(v - max)));
            Assert.Equal(expected, LogSumExp.Of(values), 2e-6);
        }
    }

    [Fact]
    public void Huge_values_do_not_overflow()
    {
        Assert.Equal(1e30f, LogSumExp.Of([1e30f, -1e30f, 0]));
        Assert.Equal(-3e38f, LogSumExp.Of([-3e38f]));
    }

    [Fact]
    public void Nothing_is_refused() => Assert.Throws<ArgumentException>(() => LogSumExp.Of([]));
}
