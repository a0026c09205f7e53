using System.CommandLine;
using System.CommandLine.Parsing;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Cli.Commands;

/// <summary>A setting as an option of the command line. Its value is read by the setting, not by the parser.</summary>
public sealed class SettingOption : Option<string>
{
    /// <summary>Creates the option under every name of the setting.</summary>
    /// <param name="setting">The setting.</param>
    public SettingOption(Setting setting)
        : base($"--{setting?.Name}", [.. (setting?.AllNames ?? []).Skip(1).Select(alias => $"--{alias}")])
    {
        ArgumentNullException.ThrowIfNull(setting);
        Setting = setting;
        Description = setting.Description;
        HelpName = setting.ValueHint;
        Arity = setting.Kind switch
        {
            SettingKind.Flag => ArgumentArity.ZeroOrOne,
            SettingKind.TextList => ArgumentArity.OneOrMore,
            _ => ArgumentArity.ExactlyOne,
        };
        if (setting.Kind == SettingKind.TextList)
        {
            CustomParser = argument => JoinedTexts(argument.Tokens);
        }
    }

    /// <summary>The setting.</summary>
    public Setting Setting { get; }

    /// <summary>The value that was given, for <see cref="SettingLayers.Create"/>.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <returns>The name that was used and the value, or null where the option was not given.</returns>
    public (string Name, string Value)? Given(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.GetResult(this) is OptionResult { Implicit: false } given
            ? (given.IdentifierToken?.Value.TrimStart('-') ?? Setting.Name, ValueOf(given))
            : null;
    }

    private static string JoinedTexts(IEnumerable<Token> tokens) => Setting.JoinTexts(tokens.Select(token => token.Value));

    private string ValueOf(OptionResult given) =>
        Setting.Kind == SettingKind.TextList ? JoinedTexts(given.Tokens)
        : given.Tokens.Count > 0 ? given.Tokens[^1].Value
        : "true";
}

/// <summary>Reads the value of an option as a setting is read, for options that are not settings of a run.</summary>
internal static class SettingText
{
    public static T Read<T>(Setting<T> setting, string option, string text)
        where T : notnull =>
        setting.TryParse(text, out object? value, out string? problem) ? (T)value : throw new UsageException($"{option}: {problem}");
}
