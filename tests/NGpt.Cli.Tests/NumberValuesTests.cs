using System.CommandLine;
using System.CommandLine.Help;

namespace NGpt.Cli.Tests;

/// <summary>Numbers on the command line, of every option of every command of both programs.</summary>
public sealed class NumberValuesTests
{
    private static readonly Type[] Whole = [typeof(int), typeof(int?), typeof(long), typeof(long?)];
    private static readonly Type[] Fractions = [typeof(double), typeof(double?)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_no_number_is_named_with_its_option(bool isFull)
    {
        CommandLine program = isFull ? FullProgram.Create() : RuntimeProgram.Create();
        List<string> tried = [];
        foreach ((string[] path, Command command) in Commands(program.Commands, []))
        {
            foreach (Option option in command.Options.Where(option => IsNumber(option.ValueType)))
            {
                string kind = Whole.Contains(option.ValueType) ? "integer" : "number";
                (int code, string text) = Run(program, [.. path, .. Required(command, option), option.Name, "x"]);
                Assert.Equal((2, $"{Name(isFull)}: {option.Name}: \"x\" is not {(kind == "integer" ? "an" : "a")} {kind}\n"), (code, text));
                tried.Add($"{path[^1]} {option.Name}");
            }
        }

        // The walk reached the options: a few of those that must be among them.
        string[] some = ["generate --top-k", "generate --min-p", "chat --seed", "serve --port", "eval --max-tokens", "bench --layers"];
        Assert.Empty(some.Except(tried));
        Assert.Equal(isFull, tried.Contains("prepare --validation-fraction"));
        Assert.Equal(isFull, tried.Contains("inspect --windows"));
    }

    /// <summary>A type that nobody reads here would be reported by the parser, with its name.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_other_values_are_text_or_flags(bool isFull)
    {
        Type[] others = [typeof(bool), typeof(string), typeof(string[])];
        foreach ((_, Command command) in Commands((isFull ? FullProgram.Create() : RuntimeProgram.Create()).Commands, []))
        {
            Assert.All(command.Options.Where(option => option is not HelpOption), option => Assert.True(IsNumber(option.ValueType) || others.Contains(option.ValueType), $"{command.Name} {option.Name}"));
            Assert.All(command.Arguments, argument => Assert.Contains(argument.ValueType, others));
        }
    }

    [Theory]
    [InlineData("--port", "", "--port: \"\" is not an integer")]
    [InlineData("--port", "1.5", "--port: \"1.5\" is not an integer")]
    [InlineData("--port", "1,500", "--port: \"1,500\" is not an integer")]
    [InlineData("--port", "0x10", "--port: \"0x10\" is not an integer")]
    [InlineData("--port", "-", "--port: \"-\" is not an integer")]
    [InlineData("--port", "99999999999", "--port: 99999999999 is outside -2147483648 to 2147483647")]
    [InlineData("--port", "1_00", "100")]
    [InlineData("-P", "-7", "-7")]
    [InlineData("-P", "x", "-P: \"x\" is not an integer")]
    [InlineData("--limit", "99999999999", "99999999999")]
    [InlineData("--limit", "-99999999999999999999", "--limit: -99999999999999999999 is outside -9223372036854775808 to 9223372036854775807")]
    [InlineData("--share", "1e-3", "0.001")]
    [InlineData("--share", "0,1", "--share: \"0,1\" is not a number")]
    [InlineData("--share", "NaN", "--share: \"NaN\" is not a number")]
    [InlineData("--share", "1e999", "--share: \"1e999\" is not a number")]
    public void A_number_is_written_as_in_settings(string option, string text, string expected)
    {
        Option<int> port = new("--port", "-P");
        Option<long?> limit = new("--limit");
        Option<double?> share = new("--share");
        Command command = new("serve") { port, limit, share };
        command.SetAction(result => result.InvocationConfiguration.Output.WriteLine(FormattableString.Invariant(
            $"{(result.GetResult(port) is null ? null : (int?)result.GetValue(port))}{result.GetValue(limit)}{result.GetValue(share)}")));
        (int code, string output) = Run(new CommandLine(command), ["serve", option, text]);
        Assert.Equal(expected.StartsWith('-') && expected.Contains(':', StringComparison.Ordinal) ? (2, $"ngpt: {expected}\n") : (0, $"{expected}\n"), (code, output));
    }

    private static IEnumerable<(string[] Path, Command Command)> Commands(IEnumerable<Command> commands, string[] parents) => commands.SelectMany(command =>
    {
        string[] path = [.. parents, command.Name];
        return Commands(command.Subcommands, path).Prepend((path, command));
    });

    // What a command asks for, so that the number is all that is wrong.
    private static IEnumerable<string> Required(Command command, Option other) => command.Arguments
        .Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(_ => "any")
        .Concat(command.Options.Where(option => option.Required && option != other).SelectMany(option => (string[])[option.Name, IsNumber(option.ValueType) ? "1" : "any"]));

    private static bool IsNumber(Type type) => Whole.Contains(type) || Fractions.Contains(type);

    private static string Name(bool isFull) => isFull ? "ngpt" : "ngpt-runtime";

    private static (int Code, string Text) Run(CommandLine program, string[] arguments)
    {
        using StringWriter text = new() { NewLine = "\n" };
        return (program.Run(arguments, text, text), text.ToString());
    }
}
