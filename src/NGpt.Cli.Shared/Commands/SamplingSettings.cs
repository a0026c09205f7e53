using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Cli.Commands;

/// <summary>The settings of sampling by the names of their options, changed one at a time.</summary>
internal static class SamplingSettings
{
    private static readonly Entry[] All =
    [
        Integer("max-tokens", o => o.MaxTokens, (o, value) => o with { MaxTokens = value }),
        Number("temperature", o => o.Temperature, (o, value) => o with { Temperature = value }),
        Integer("top-k", o => o.TopK, (o, value) => o with { TopK = value }),
        Number("top-p", o => o.TopP, (o, value) => o with { TopP = value }),
        Number("min-p", o => o.MinP, (o, value) => o with { MinP = value }),
        Number("repeat-penalty", o => o.RepeatPenalty, (o, value) => o with { RepeatPenalty = value }),
        Integer("repeat-last-n", o => o.RepeatLastN, (o, value) => o with { RepeatLastN = value }),
        Number("presence-penalty", o => o.PresencePenalty, (o, value) => o with { PresencePenalty = value }),
        Number("frequency-penalty", o => o.FrequencyPenalty, (o, value) => o with { FrequencyPenalty = value }),
        new("seed", o => Text(o.Seed), (o, text) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? o with { Seed = value } : null),
    ];

    /// <summary>Names and values.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>All of them, in the order of the options.</returns>
    public static IReadOnlyList<(string Name, string Value)> Of(SamplingOptions options) => [.. All.Select(entry => (entry.Name, entry.Read(options)))];

    /// <summary>Changes one setting.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="name">Its name, for example <c>top-k</c>.</param>
    /// <param name="text">Its new value.</param>
    /// <returns>Checked settings.</returns>
    /// <exception cref="UsageException">There is no such setting, or it cannot have the value.</exception>
    public static SamplingOptions With(SamplingOptions options, string name, string text)
    {
        if (All.FirstOrDefault(entry => entry.Name == name) is not Entry known)
        {
            string hint = Spelling.Nearest(name, All.Select(entry => entry.Name)) is string nearest ? $"did you mean {nearest}?" : "/set shows them";
            throw new UsageException($"there is no setting {name}", hint);
        }

        SamplingOptions changed = known.Change(options, text) ?? throw new UsageException($"{name}: \"{text}\" is not a number");
        return changed.Validate() is [string problem, ..] ? throw new UsageException($"{name}{problem[problem.IndexOf(' ', StringComparison.Ordinal)..]}") : changed;
    }

    private static Entry Number(string name, Func<SamplingOptions, double> read, Func<SamplingOptions, double, SamplingOptions> change) => new(
        name,
        options => Text(read(options)),
        (options, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? change(options, value) : null);

    private static Entry Integer(string name, Func<SamplingOptions, int> read, Func<SamplingOptions, int, SamplingOptions> change) => new(
        name,
        options => Text(read(options)),
        (options, text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? change(options, value) : null);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private sealed record Entry(string Name, Func<SamplingOptions, string> Read, Func<SamplingOptions, string, SamplingOptions?> Change);
}
