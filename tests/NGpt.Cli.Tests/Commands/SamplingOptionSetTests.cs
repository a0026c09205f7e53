using System.CommandLine;
using NGpt.Cli.Commands;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Cli.Tests.Commands;

public sealed class SamplingOptionSetTests
{
    [Fact]
    public void Without_options_everything_has_its_default() => Assert.Equal(new SamplingOptions(), Read());

    [Fact]
    public void Every_setting_is_handed_on()
    {
        SamplingOptions expected = new()
        {
            Temperature = 0,
            TopK = 7,
            TopP = 0.7,
            MinP = 0.07,
            RepeatPenalty = 1.7,
            RepeatLastN = -1,
            PresencePenalty = -0.7,
            FrequencyPenalty = 0.17,
            Seed = 77,
            MaxTokens = 17,
            IgnoreEndOfText = true,
            StopStrings = StopStrings.Create(["a b", "--c"]),
        };
        Assert.Equal(
            expected,
            Read(
                "--temperature", "0", "--top-k=7", "--top-p", "0.7", "--min-p", "0.07", "--repeat-penalty", "1.7", "--repeat-last-n", "-1",
                "--presence-penalty", "-0.7", "--frequency-penalty", "0.17", "--seed", "77", "--n-predict", "17", "--ignore-eos", "--stop", "a b", "--stop=--c"));
    }

    [Fact]
    public void Every_property_has_an_option()
    {
        int properties = typeof(SamplingOptions).GetProperties().Count(property => property.SetMethod is not null);
        Assert.Equal(properties, new SamplingOptionSet().All.Count);
    }

    [Fact]
    public void All_values_out_of_range_are_named()
    {
        UsageException e = Assert.Throws<UsageException>(() => Read("--temperature", "-1", "--top-p", "2"));
        Assert.Contains("--temperature is -1", e.Message);
        Assert.Contains("--top-p is 2", e.Message);
    }

    private static SamplingOptions Read(params string[] arguments)
    {
        SamplingOptionSet options = new();
        Command command = new("generate");
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        ParseResult result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return options.Read(result);
    }
}
