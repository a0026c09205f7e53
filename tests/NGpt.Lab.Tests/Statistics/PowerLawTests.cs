using NGpt.Lab.Statistics;

namespace NGpt.Lab.Tests.Statistics;

public sealed class PowerLawTests
{
    [Fact]
    public void The_exponent_of_a_power_is_found_whatever_its_factor()
    {
        double[] x = [1, 2, 5, 7];
        Assert.Equal(-0.7, PowerLaw.Exponent(x, [.. x.Select(value => 0.013 * Math.Pow(value, -0.7))]), 1e-12);
        Assert.Equal(0, PowerLaw.Exponent(x, [3, 3, 3, 3]), 1e-12);
    }

    [Fact]
    public void Between_scattered_points_it_is_that_of_least_squares()
    {
        // Logarithms to base 2: x 0, 1, 3 and y 0, 2, 1. Means 4/3 and 1; slope (4/3 − 1/3·1 + 0)/(16/9 + 1/9 + 25/9) = 1/(42/9).
        Assert.Equal(9.0 / 42, PowerLaw.Exponent([1, 2, 8], [1, 4, 2]), 1e-12);
    }

    [Fact]
    public void One_point_or_a_missing_value_has_no_exponent()
    {
        Assert.True(double.IsNaN(PowerLaw.Exponent([], [])));
        Assert.True(double.IsNaN(PowerLaw.Exponent([2], [3])));
        Assert.True(double.IsNaN(PowerLaw.Exponent([2, 2], [3, 4])));
        Assert.True(double.IsNaN(PowerLaw.Exponent([1, 2, 4], [1, double.NaN, 2])));
    }
}
