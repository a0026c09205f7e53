using NGpt.Cli.Display;

namespace NGpt.Cli.Tests.Display;

public sealed class QuantizationTextTests
{
    [Theory]
    [InlineData(0.001234, "+0.00123")]
    [InlineData(-0.001236, "-0.00124")]
    [InlineData(0, "+0.00000")]
    [InlineData(-0.000001, "+0.00000")]
    public void A_difference_has_one_sign(double value, string expected) => Assert.Equal(expected, QuantizationText.Difference(value));
}
