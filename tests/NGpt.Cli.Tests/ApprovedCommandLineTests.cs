using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.CompilerServices;
using System.Text;

namespace NGpt.Cli.Tests;

/// <summary>
/// Pins the options, aliases and defaults of every command, which scripts rely on. After an intended change, set NGPT_APPROVE=1 for
/// one run and commit the file.
/// </summary>
public sealed class ApprovedCommandLineTests
{
    [Fact]
    public void Commands_options_aliases_and_defaults_are_the_approved_ones()
    {
        string path = Path.Combine(Folder(), "approved-command-line.txt");
        string actual = Describe("ngpt", FullProgram.Create().Commands) + Describe("ngpt-runtime", RuntimeProgram.Create().Commands);
        if (Environment.GetEnvironmentVariable("NGPT_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        string[] approved = File.ReadAllLines(path);
        string[] lines = actual.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] differences = [.. approved.Except(lines).Select(line => $"- {line}"), .. lines.Except(approved).Select(line => $"+ {line}")];
        Assert.True(differences.Length == 0, string.Join('\n', differences.Prepend("The command line has changed:")));
        Assert.Equal(approved, lines);
    }

    // Each line names its command, so that a difference says where it is.
    private static string Describe(string parent, IEnumerable<Command> commands)
    {
        StringBuilder text = new();
        foreach (Command command in commands)
        {
            string name = $"{parent} {command.Name}";
            text.Append($"{name}{Aliases(command.Aliases)}\n");
            foreach (Argument argument in command.Arguments)
            {
                text.Append($"{name} <{argument.Name}> {Arity(argument.Arity)}{Default(argument.HasDefaultValue ? argument.GetDefaultValue() : null)}\n");
            }

            foreach (Option option in command.Options.Where(option => option is not HelpOption))
            {
                string hint = option.HelpName is string help ? $" {help}" : "";
                string required = option.Required ? " required" : "";
                text.Append($"{name} {option.Name}{Aliases(option.Aliases)}{hint} {Arity(option.Arity)}{required}{Default(option.HasDefaultValue ? option.GetDefaultValue() : null)}\n");
            }

            text.Append(Describe(name, command.Subcommands));
        }

        return text.ToString();
    }

    private static string Aliases(IEnumerable<string> aliases) =>
        aliases.Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } names ? $" [{string.Join(' ', names)}]" : "";

    private static string Arity(ArgumentArity arity) => $"{arity.MinimumNumberOfValues}..{(arity.MaximumNumberOfValues > 1 ? "*" : $"{arity.MaximumNumberOfValues}")}";

    private static string Default(object? value) => value is null or false ? "" : FormattableString.Invariant($" = {value}");

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
