using System.CommandLine;
using System.Text.RegularExpressions;

namespace NGpt.Cli;

/// <summary>
/// A message from a library may name an option as its remedy without knowing which command was run: where that command
/// does not have the option, the message says which one has.
/// </summary>
internal static partial class OptionHints
{
    /// <summary>Adds to a message the commands that have the options which the command that was run does not have.</summary>
    /// <param name="message">One line.</param>
    /// <param name="run">The command that was run.</param>
    /// <param name="root">All commands.</param>
    /// <param name="program">The name that they are called with.</param>
    public static string Complete(string message, Command run, RootCommand root, string program)
    {
        (string Path, Command Command)[] all = [.. Commands("", root)];
        List<string> hints = [];
        foreach ((string option, string? command) in Named(message))
        {
            if (command is null && !Has(run, option) && !Has(root, option)
                && all.Where(entry => Has(entry.Command, option)).Select(entry => $"{program} {entry.Path}").ToArray() is { Length: > 0 } owners)
            {
                hints.Add($"{option} is an option of {string.Join(" and ", owners.Take(2))}");
            }
        }

        return hints.Count == 0 ? message : $"{message} ({string.Join("; ", hints.Distinct())})";
    }

    /// <summary>The options that a message names, each with the command that it names before it in the same clause, or null.</summary>
    internal static IEnumerable<(string Option, string? Command)> Named(string message) =>
        from clause in message.Split([';', ':', '(', ')'])
        from Match option in OptionName().Matches(clause)
        let command = CommandName().Matches(clause[..option.Index]).LastOrDefault()
        select (option.Value, command?.Groups[1].Value);

    /// <summary>Whether a command has an option, by its name or an alias.</summary>
    internal static bool Has(Command command, string option) =>
        command.Options.Any(known => known.Name == option || known.Aliases.Contains(option));

    /// <summary>All commands below one, with the words that call them.</summary>
    internal static IEnumerable<(string Path, Command Command)> Commands(string above, Command command) =>
        from child in command.Subcommands
        let path = above.Length == 0 ? child.Name : $"{above} {child.Name}"
        from entry in Commands(path, child).Prepend((path, child))
        select entry;

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9_-]*")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"\bngpt ((?:data |bench |tokenizer )?[a-z]+)")]
    private static partial Regex CommandName();
}
