using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Cli.Commands;

/// <summary>Reads the value of an option as a setting is read, for commands whose options are no settings of a run.</summary>
internal static class SettingText
{
    /// <summary>Reads a value.</summary>
    /// <param name="setting">A setting with values of the same kind.</param>
    /// <param name="option">Name of the option, with dashes.</param>
    /// <param name="text">What was given.</param>
    /// <returns>The value.</returns>
    /// <exception cref="UsageException">The text is no such value.</exception>
    public static T Read<T>(Setting<T> setting, string option, string text)
        where T : notnull =>
        setting.TryParse(text, out object? value, out string? problem) ? (T)value : throw new UsageException($"{option}: {problem}");
}
