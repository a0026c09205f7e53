using NGpt.Core.Numerics;

namespace NGpt.Core.Tests.Numerics;

public sealed class SplitMix64Tests
{
    [Fact]
    public void Stream_is_the_published_one()
    {
        // The widely published test vector of SplitMix64 for seed 1234567.
        SplitMix64 random = new(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, Enumerable.Range(0, 5).Select(_ => random.Next()));
    }

    [Fact]
    public void Doubles_fill_the_unit_interval()
    {
        SplitMix64 random = new(5);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble())];
        Assert.All(values, value => Assert.InRange(value, 0, Math.BitDecrement(1.0)));
        Assert.InRange(values.Average(), 0.49, 0.51);
        Assert.InRange(values.Select(v => v * v).Average(), 0.323, 0.343);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Integers_below_a_bound_are_equally_likely(int exclusive)
    {
        SplitMix64 random = new(11);
        int[] counts = new int[exclusive];
        for (int i = 0; i < 30_000; i++)
        {
            counts[random.NextBelow(exclusive)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 30_000.0 / exclusive * 0.96, 30_000.0 / exclusive * 1.04));
    }

    [Fact]
    public void Bound_below_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(0).NextBelow(0));
}
