using NGpt.Lab.Reports;

namespace NGpt.Lab.Tests.Reports;

public sealed class ReportOriginsTests
{
    [Theory]
    [InlineData("0.1.0+0123456789abcdef0123456789abcdef01234567", "ngpt 0.1.0 (commit 0123456789)")]
    [InlineData("0.1.0+0123", "ngpt 0.1.0 (commit 0123)")]
    [InlineData("0.1.0", "ngpt 0.1.0")]
    public void A_version_has_its_commit(string informational, string expected) =>
        Assert.Equal(expected, ReportOrigin.VersionText(informational));

    [Fact]
    public void The_origin_has_what_it_was_given_and_this_machine()
    {
        DateTimeOffset before = DateTimeOffset.Now;
        ReportOrigin origin = ReportOrigin.Now("ngpt compare", TimeSpan.FromSeconds(3), [1, 2], [("a", "b")]);
        Assert.Equal("ngpt compare", origin.Command);
        Assert.Equal([1, 2], origin.Seeds);
        Assert.Equal([("a", "b")], origin.Configuration);
        Assert.InRange(origin.Written, before, DateTimeOffset.Now);
        Assert.StartsWith("ngpt 0.", origin.Version, StringComparison.Ordinal);
        Assert.Contains("GB", origin.Machine, StringComparison.Ordinal);
        Assert.Contains(".NET 10", origin.Machine, StringComparison.Ordinal);
    }
}
