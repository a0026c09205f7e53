using NGpt.Lab.Statistics;

namespace NGpt.Lab.Tests.Statistics;

public sealed class SeedBootstrapTests
{
    // Student's interval of these five values: mean 3, deviation √2.5, quantile 2.776.
    [Fact]
    public void For_a_plain_mean_the_interval_is_students()
    {
        double[] values = [1, 2, 3, 4, 5];
        SeedBootstrap bootstrap = new(5, 5, arePaired: true, resamples: 50_000);
        Estimate mean = bootstrap.Of((seeds, _) => seeds.Average(seed => values[seed]));
        double half = 2.776 * Math.Sqrt(2.5 / 5);

        Assert.Equal(3, mean.Value, 1e-12);
        Assert.InRange(mean.Low!.Value, 3 - (1.06 * half), 3 - (0.9 * half));
        Assert.InRange(mean.High!.Value, 3 + (0.9 * half), 3 + (1.06 * half));
    }

    [Fact]
    public void Paired_seeds_are_drawn_together()
    {
        SeedBootstrap bootstrap = new(4, 4, arePaired: true);

        Assert.Equal(new Estimate(0, 0, 0), bootstrap.Of((first, second) => first.Sum() - second.Sum()));
        Assert.NotEqual(0, new SeedBootstrap(4, 4, arePaired: false).Of((first, second) => first.Sum() - second.Sum()).High);
    }

    [Fact]
    public void A_ratio_and_its_inverse_have_inverse_intervals()
    {
        double[] values = [1.2, 1.9, 1.4];
        SeedBootstrap bootstrap = new(3, 3, arePaired: true);
        Estimate ratio = bootstrap.OfRatio((seeds, _) => seeds.Average(seed => values[seed]));
        Estimate inverse = bootstrap.OfRatio((seeds, _) => 1 / seeds.Average(seed => values[seed]));

        Assert.Equal(1.5, ratio.Value, 1e-12);
        Assert.Equal(1 / ratio.Low!.Value, inverse.High!.Value, 1e-9);
        Assert.Equal(1 / ratio.High!.Value, inverse.Low!.Value, 1e-9);
    }

    [Fact]
    public void What_is_mostly_undefined_has_no_interval() =>
        Assert.False(new SeedBootstrap(3, 3, arePaired: true).Of((seeds, _) => seeds.Distinct().Count() == 3 ? 1 : double.NaN).HasInterval);

    [Fact]
    public void Pairs_need_equally_many_seeds() =>
        Assert.Throws<ArgumentException>(() => new SeedBootstrap(2, 3, arePaired: true));
}
