using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Cli.Commands;

/// <summary>The sampling settings under the names of their options, changed one at a time.</summary>
internal static class SamplingSettings
{
    /// <summary>Names and values, in the order of the options.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(SamplingOptions options) =>
        [.. SamplingSetting.All.Select(setting => (setting.Name, setting.Format(options)))];

    /// <summary>Changes one setting.</summary>
    public static SamplingOptions With(SamplingOptions options, string name, string text)
    {
        if (SamplingSetting.All.FirstOrDefault(setting => setting.Name == name) is not SamplingSetting known)
        {
            string hint = Spelling.Nearest(name, SamplingSetting.All.Select(setting => setting.Name)) is string nearest ? $"did you mean {nearest}?" : "/set shows them";
            throw new UsageException($"there is no setting {name}", hint);
        }

        SamplingOptions changed = Change(known, options, text)
            ?? throw new UsageException($"{name}: \"{text}\" is not {(known is SamplingSetting<bool> ? known.Range : "a number")}");
        return changed.Validate(setting => setting.Name) is [(string invalid, string problem), ..] ? throw new UsageException($"{invalid} {problem}") : changed;
    }

    private static SamplingOptions? Change(SamplingSetting setting, SamplingOptions options, string text) => setting switch
    {
        SamplingSetting<double> number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => number.With(options, value),
        SamplingSetting<int> integer when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) => integer.With(options, value),
        SamplingSetting<long> integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) => integer.With(options, value),
        SamplingSetting<bool> flag when bool.TryParse(text, out bool value) => flag.With(options, value),
        SamplingSetting<StopStrings> stops => stops.With(options, [text]),
        _ => null,
    };
}
