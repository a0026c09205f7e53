using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Core.Tests.Sampling;

public sealed class SamplingOptionsTests
{
    [Fact]
    public void Defaults_are_the_documented_ones_and_valid()
    {
        SamplingOptions options = new();
        Assert.Equal(
            new SamplingOptions
            {
                Temperature = 0.8,
                TopK = 40,
                TopP = 0.95,
                MinP = 0.05,
                RepeatPenalty = 1,
                RepeatLastN = 64,
                PresencePenalty = 0,
                FrequencyPenalty = 0,
                Seed = -1,
                MaxTokens = 256,
                StopStrings = [],
            },
            options);
        Assert.Empty(options.Validate());
        Assert.False(options.IsGreedy);
        Assert.True((options with { Temperature = 0 }).IsGreedy);
    }

    [Fact]
    public void Equality_includes_the_stop_strings()
    {
        SamplingOptions one = new() { StopStrings = ["a", "b"] };
        SamplingOptions same = new() { StopStrings = ["a", "b"] };
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, one with { StopStrings = ["b", "a"] });
        Assert.NotEqual(one, one with { StopStrings = ["a"] });
        Assert.Equal("""["a", "b"]""", one.StopStrings.ToString());
    }

    [Fact]
    public void Every_problem_is_named_at_once_with_value_and_range()
    {
        SamplingOptions options = new()
        {
            Temperature = -0.5,
            TopK = -1,
            TopP = 1.5,
            MinP = -0.1,
            RepeatPenalty = 0,
            RepeatLastN = -2,
            PresencePenalty = double.NaN,
            FrequencyPenalty = double.PositiveInfinity,
            Seed = -2,
            MaxTokens = -3,
            StopStrings = ["x", ""],
        };
        IReadOnlyList<string> problems = options.Validate();
        string[] named =
        [
            "MaxTokens is -3;", "Temperature is -0.5; allowed: 0", "TopK is -1;", "TopP is 1.5;", "MinP is -0.1;", "RepeatPenalty is 0;", "RepeatLastN is -2;",
            "PresencePenalty is NaN;", "FrequencyPenalty is Infinity;", "Seed is -2;", "StopStrings[1] is empty;",
        ];
        Assert.Equal(named.Length, problems.Count);
        Assert.All(named.Zip(problems), pair => Assert.StartsWith(pair.First, pair.Second));
        string message = Assert.Throws<UsageException>(options.ThrowIfInvalid).Message;
        Assert.All(problems, problem => Assert.Contains(problem, message));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Values_that_are_not_finite_are_rejected(double wrong) =>
        Assert.Equal(4, new SamplingOptions { Temperature = wrong, TopP = wrong, MinP = wrong, RepeatPenalty = wrong }.Validate().Count);

    [Fact]
    public void Every_property_has_one_setting_that_reads_and_changes_it_alone()
    {
        SamplingOptions options = new();
        IEnumerable<string> properties = typeof(SamplingOptions).GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name);
        Assert.Equal(properties.Order(), SamplingSetting.All.Select(setting => setting.Property).Order());
        foreach (SamplingSetting setting in SamplingSetting.All)
        {
            SamplingOptions changed = setting switch
            {
                SamplingSetting<double> number => number.With(options, 0.625),
                SamplingSetting<int> integer => integer.With(options, 12),
                SamplingSetting<long> integer => integer.With(options, 12),
                SamplingSetting<bool> flag => flag.With(options, true),
                _ => ((SamplingSetting<StopStrings>)setting).With(options, ["x"]),
            };
            Assert.Equal(
                [setting.Property],
                typeof(SamplingOptions).GetProperties().Where(property => property.SetMethod is not null && !Equals(property.GetValue(options), property.GetValue(changed))).Select(property => property.Name));
            Assert.NotEqual(setting.Format(options), setting.Format(changed));
            Assert.True(setting.IsValid(changed));
        }
    }

    [Fact]
    public void Null_for_stop_strings_is_a_problem_and_not_a_crash() =>
        Assert.Single(new SamplingOptions { StopStrings = null! }.Validate());
}
