using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class DataSourceTests
{
    [Fact]
    public void One_path_is_itself_whatever_it_contains() =>
        Assert.Equal([new DataSource("runs/a=0.5", 1)], DataSource.ParseAll("runs/a=0.5"));

    [Fact]
    public void Weights_are_shares_of_their_sum()
    {
        Assert.Equal([new DataSource("a", 0.7), new DataSource("x=b", 0.3)], DataSource.ParseAll("a=0.7\nx=b=0.3"));
        Assert.Equal([new DataSource("a", 0.75), new DataSource("b", 0.25)], DataSource.ParseAll("a=6\nb=2"));
        Assert.Equal("a=0.75\nb=0.25", DataSource.Format(DataSource.ParseAll("a=6\nb=2")));
    }

    [Theory]
    [InlineData("a\nb=1", "\"a\" has no weight")]
    [InlineData("a=1\nb=", "the weight of \"b\" must be a number above 0")]
    [InlineData("a=1\nb=0", "the weight of \"b\" must be a number above 0")]
    [InlineData("a=1\nb=-1", "the weight of \"b\" must be a number above 0")]
    [InlineData("a=1\nb=NaN", "the weight of \"b\" must be a number above 0")]
    [InlineData("a=1\nb=1e-9", "at least 1E-06")]
    [InlineData("a=1e308\nb=1e308", "above 0 and at most 1000000000000, not \"1e308\"")]
    [InlineData("a=1\na=2", "\"a\" is given twice")]
    [InlineData("-=1\na=2", "standard input cannot be part")]
    [InlineData("=1\na=2", "has no weight")]
    public void A_wrong_mixture_is_named(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<UsageException>(() => SettingLayers.Create([("data", text)])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_single_source_has_no_weight()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.txt", "a");
        Assert.Contains(
            $"is the only source and needs no weight: give --data {path}", Assert.Throws<UsageException>(() => SettingLayers.Create([("data", $"{path}=0.7")])).Message, StringComparison.Ordinal);
        string named = folder.Write("a.txt=0.7", "a");
        Assert.Equal([new DataSource(named, 1)], DataSource.ParseAll(named));
    }

    [Fact]
    public void A_configuration_file_has_a_list()
    {
        ConfigFile file = ConfigFile.Parse("data = [\"a=1\", \"b=3\"]", "x.toml");
        Assert.Equal("a=1\nb=3", file.Values[DataConfig.SourceSetting]);
        Assert.Contains("takes text or a list of texts, not a list", Assert.Throws<UsageException>(() => ConfigFile.Parse("data = [1, 2]", "x.toml")).Message, StringComparison.Ordinal);
        Assert.Contains("takes text, not a list", Assert.Throws<UsageException>(() => ConfigFile.Parse("out = [\"a\", \"b\"]", "x.toml")).Message, StringComparison.Ordinal);
    }
}
