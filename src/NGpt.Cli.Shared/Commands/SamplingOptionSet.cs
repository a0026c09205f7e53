using System.CommandLine;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Cli.Commands;

/// <summary>The sampling options of every command that generates text: one for each <see cref="SamplingSetting"/>.</summary>
internal sealed class SamplingOptionSet
{
    private readonly Entry[] _entries = [.. SamplingSetting.All.Select(Create)];

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [.. _entries.Select(entry => entry.Option)];

    /// <summary>The given values over the defaults. What has no effect is reported as a warning.</summary>
    public SamplingOptions Read(ParseResult result)
    {
        SamplingOptions options = _entries.Aggregate(new SamplingOptions(), (options, entry) => entry.Apply(result, options));
        if (options.Validate(setting => $"--{setting.Name}") is { Count: > 0 } problems)
        {
            throw new UsageException(string.Join("; ", problems.Select(problem => $"{problem.Name} {problem.Problem}")));
        }

        foreach (Entry entry in _entries.Where(entry => result.GetResult(entry.Option) is { Implicit: false }))
        {
            if (entry.Setting.NoEffect(options) is string reason)
            {
                result.InvocationConfiguration.Error.WriteLine($"ngpt: warning: {entry.Option.Name} has no effect: {reason}");
            }
        }

        return options;
    }

    private static Entry Create(SamplingSetting setting) => setting switch
    {
        SamplingSetting<double> number => Create(number, "X"),
        SamplingSetting<int> integer => Create(integer, "N"),
        SamplingSetting<long> integer => Create(integer, "N"),
        SamplingSetting<bool> flag => CreateFlag(flag),
        SamplingSetting<StopStrings> stops => CreateList(stops),
        _ => throw new NotSupportedException(setting.Property),
    };

    private static Entry Create<T>(SamplingSetting<T> setting, string helpName)
    {
        Option<T> option = new($"--{setting.Name}", setting.Alias is string alias ? [$"--{alias}"] : [])
        {
            HelpName = helpName,
            DefaultValueFactory = _ => setting.Get(new SamplingOptions()),
            Description = setting.Help,
        };
        return new Entry(setting, option, (result, options) => setting.With(options, result.GetValue(option)!));
    }

    private static Entry CreateFlag(SamplingSetting<bool> setting)
    {
        Option<bool> option = new($"--{setting.Name}") { Description = setting.Help };
        return new Entry(setting, option, (result, options) => setting.With(options, result.GetValue(option)));
    }

    private static Entry CreateList(SamplingSetting<StopStrings> setting)
    {
        Option<string[]> option = new($"--{setting.Name}") { HelpName = "TEXT", Description = setting.Help };
        return new Entry(setting, option, (result, options) => setting.With(options, result.GetValue(option) is string[] texts ? StopStrings.Create(texts) : StopStrings.None));
    }

    private sealed record Entry(SamplingSetting Setting, Option Option, Func<ParseResult, SamplingOptions, SamplingOptions> Apply);
}
