using System.CommandLine;
using NGpt.Core.Errors;

namespace NGpt.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("trian", "ngpt: unknown command trian: did you mean train?")]
    [InlineData("zzz", "ngpt: unknown command zzz: see --help")]
    [InlineData("train --lyers 3", "ngpt: unknown option --lyers: did you mean --layers?")]
    [InlineData("train --lyers=3", "ngpt: unknown option --lyers: did you mean --layers?")]
    [InlineData("train --verbos", "ngpt: unknown option --verbos: did you mean --verbose?")]
    [InlineData("train --zzz", "ngpt: unknown option --zzz: see --help")]
    [InlineData("train stray", "ngpt: unexpected argument stray")]
    [InlineData("train --layers 3 stray", "ngpt: unexpected argument stray; --layers takes one value")]
    [InlineData("train --layers", "ngpt: required argument missing for option: '--layers'")]
    [InlineData("train --layers 1 --layers 2", "ngpt: option '--layers' expects a single argument but 2 were provided")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string arguments, string expected)
    {
        (int code, string output, string error) = Run(() => 0, arguments.Split(' '));
        Assert.Equal((2, "", expected + Environment.NewLine), (code, output, error));
    }

    [Fact]
    public void Every_command_with_threads_has_the_same_bound()
    {
        using StringWriter output = new();
        List<string> lines = [];
        foreach ((string[] words, Command command) in Commands([], FullProgram.Create().Commands).Where(entry => entry.Command.Options.Any(option => option.Name == "--threads")))
        {
            string[] arguments = [.. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 || argument.Name == "MODEL").Select(_ => AppContext.BaseDirectory)];
            string[] options = [.. command.Options.Where(option => option.Required).SelectMany(option => (string[])[option.Name, option.Name == "--type" ? "F32" : Path.Combine(Path.GetTempPath(), "unused")])];
            using StringWriter error = new();
            int code = FullProgram.Create().Run([.. words, .. arguments, .. options, "--threads", "1025"], output, error);
            lines.Add($"{code} {error.ToString().TrimEnd()}");
        }

        Assert.InRange(lines.Count, 10, 20);
        Assert.All(lines, line => Assert.Equal("2 ngpt: --threads: must be between 1 and 1024, not 1025", line));

        static IEnumerable<(string[] Words, Command Command)> Commands(string[] above, IEnumerable<Command> commands) =>
            commands.SelectMany(command => Commands([.. above, command.Name], command.Subcommands).Prepend(([.. above, command.Name], command)));
    }

    [Fact]
    public void Exit_code_of_the_command_is_returned() => Assert.Equal((75, "", ""), Run(() => 75, "train"));

    [Fact]
    public void A_failure_is_one_line_without_a_stack_trace() =>
        Assert.Equal((1, "", $"ngpt: torn. Mend it{Environment.NewLine}"), Run(() => throw new NGptException("torn", "Mend it"), "train"));

    [Theory]
    [InlineData("train --verbose")]
    [InlineData("--verbose train")]
    public void Verbose_shows_where_a_failure_comes_from(string arguments)
    {
        (int code, _, string error) = Run(() => throw new InvalidOperationException("odd"), arguments.Split(' '));
        Assert.Equal(1, code);
        Assert.StartsWith("ngpt: internal error: InvalidOperationException: odd;", error);
        Assert.Contains($"   at {typeof(CommandLineTests).FullName}", error);
    }

    [Fact]
    public void Version_is_the_programs()
    {
        (int code, string output, string error) = Run(() => 0, "--version");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches("^ngpt [0-9]+\\.[0-9]+\\.[0-9]+\r?\n$", output);
    }

    [Fact]
    public void Without_a_command_the_help_goes_to_standard_error()
    {
        (int code, string output, string error) = Run(() => 0);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("train", error);
    }

    [Fact]
    public void A_value_that_begins_with_an_at_sign_is_a_value()
    {
        string? value = null;
        Option<string> layers = new("--layers");
        Command train = new("train") { layers };
        train.SetAction(result => { value = result.GetValue(layers); });
        Assert.Equal(0, new CommandLine(train).Run(["train", "--layers", "@file"], TextWriter.Null, TextWriter.Null));
        Assert.Equal("@file", value);
    }

    private static (int Code, string Output, string Error) Run(Func<int> action, params string[] arguments)
    {
        Command train = new("train") { new Option<string>("--layers") };
        train.SetAction(_ => action());
        using StringWriter output = new();
        using StringWriter error = new();
        int code = new CommandLine(train).Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
