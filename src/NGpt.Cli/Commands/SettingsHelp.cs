using System.CommandLine;
using System.CommandLine.Invocation;
using NGpt.Core.Configuration;

namespace NGpt.Cli.Commands;

/// <summary>The help of a command that is made of settings: grouped, one name each, with nanoGPT's name in brackets.</summary>
/// <param name="usage">The first line.</param>
/// <param name="examples">Command lines to copy.</param>
/// <param name="namesHeading">What the names in the last part are.</param>
/// <param name="names">Names that an option takes, and what they mean.</param>
public sealed class SettingsHelp(
    string usage, IReadOnlyList<string> examples, string namesHeading, IReadOnlyList<(string Name, string Description)> names) : SynchronousCommandLineAction
{
    private const int NarrowestText = 30;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(command.Description);
        output.WriteLine($"\nUsage:\n  {usage}\n\nExamples:");
        foreach (string example in examples)
        {
            output.WriteLine($"  {example}");
        }

        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive);
        WriteOptions(output, "Options", command.Options.Where(option => option is not SettingOption).Concat(inherited).DistinctBy(option => option.Name));
        foreach (IGrouping<SettingGroup, SettingOption> group in command.Options.OfType<SettingOption>().GroupBy(option => option.Setting.Group))
        {
            WriteOptions(output, group.Key.ToString(), group);
        }

        output.WriteLine($"\n{namesHeading}:");
        WriteRows(output, names);
        return ExitCode.Done;
    }

    private static void WriteOptions(TextWriter output, string heading, IEnumerable<Option> options)
    {
        output.WriteLine($"\n{heading}:");
        WriteRows(output, options.Where(option => !option.Hidden).Select(option => (Label(option), Text(option))));
    }

    private static string Label(Option option) => option switch
    {
        { HelpName: string hint, Arity.MinimumNumberOfValues: 0 } and SettingOption => $"{option.Name} [{hint}]",
        { HelpName: string hint } => $"{option.Name} <{hint}>",
        _ => option.Name,
    };

    private static string Text(Option option) => option is SettingOption { Setting.Aliases: [string alias, ..] }
        ? $"{option.Description} (nanoGPT: {alias})"
        : option.Description ?? "";

    private static void WriteRows(TextWriter output, IEnumerable<(string Label, string Text)> rows)
    {
        const int column = 32;
        int width = Math.Max(NarrowestText, ConsoleWidth() - column);
        foreach ((string label, string text) in rows)
        {
            string left = $"  {label}";
            // A label that is too long for its column has a line of its own.
            if (left.Length > column - 2)
            {
                output.WriteLine(left);
                left = "";
            }

            foreach (string line in Wrap(text, width))
            {
                output.WriteLine($"{left.PadRight(column)}{line}");
                left = "";
            }
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    private static int ConsoleWidth() => Console.IsOutputRedirected ? 100 : Math.Min(120, Console.WindowWidth - 1);
}
