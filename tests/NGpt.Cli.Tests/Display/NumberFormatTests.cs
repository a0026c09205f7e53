using NGpt.Cli.Display;

namespace NGpt.Cli.Tests.Display;

public sealed class NumberFormatTests
{
    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(0.5, "0.50")]
    [InlineData(9.994, "9.99")]
    [InlineData(9.996, "10.0")]
    [InlineData(99.94, "99.9")]
    [InlineData(99.96, "100")]
    [InlineData(14700.4, "14,700")]
    public void Measured_numbers_have_three_digits(double value, string expected) => Assert.Equal(expected, NumberFormat.Measured(value));

    [Theory]
    [InlineData(0, "0 layers")]
    [InlineData(1, "1 layer")]
    [InlineData(1200, "1,200 layers")]
    public void Things_are_counted(long value, string expected) => Assert.Equal(expected, NumberFormat.Count(value, "layer"));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(999.6, "1.00K")]
    [InlineData(6_439_680, "6.44M")]
    [InlineData(99_960, "100K")]
    [InlineData(1_026_177_280, "1.03B")]
    [InlineData(5e15, "5000T")]
    public void Counts_have_three_digits_and_a_unit(double value, string expected) => Assert.Equal(expected, NumberFormat.ShortCount(value));

    [Theory]
    [InlineData(4.782e-5, "0.005% of an epoch")]
    [InlineData(1e-6, "less than 0.001% of an epoch")]
    [InlineData(0.25, "25% of an epoch")]
    [InlineData(1, "1 epoch")]
    [InlineData(2.25, "2.25 epochs")]
    [InlineData(52_230, "52,230 epochs")]
    public void Epochs_are_a_share_below_one(double value, string expected) => Assert.Equal(expected, NumberFormat.Epochs(value));

    [Theory]
    [InlineData(1, "1 byte")]
    [InlineData(12, "12 bytes")]
    [InlineData(1_300_000_000, "1.30 GB")]
    public void Bytes_have_a_unit(double value, string expected) => Assert.Equal(expected, NumberFormat.Bytes(value));

    [Theory]
    [InlineData(-3, "0.0s")]
    [InlineData(9.94, "9.9s")]
    [InlineData(9.96, "10s")]
    [InlineData(59.6, "1m 00s")]
    [InlineData(192, "3m 12s")]
    [InlineData(3600, "1h 00m")]
    [InlineData(200_000, "2d 07h")]
    public void Times_have_their_two_largest_units(double seconds, string expected) =>
        Assert.Equal(expected, NumberFormat.Duration(TimeSpan.FromSeconds(seconds)));
}
