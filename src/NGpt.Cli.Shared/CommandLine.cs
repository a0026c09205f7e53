using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using NGpt.Cli.Display;
using NGpt.Core.Errors;

namespace NGpt.Cli;

/// <summary>The <c>ngpt</c> command: parses, runs one sub-command, and reports every failure as one line.</summary>
public sealed class CommandLine
{
    private readonly string _program;
    private readonly RootCommand _root;
    private readonly Option<bool> _verbose = new("--verbose")
    {
        Description = "Show where a failure comes from",
        Recursive = true,
    };

    /// <summary>Creates the full command.</summary>
    /// <param name="commands">The sub-commands.</param>
    public CommandLine(params IEnumerable<Command> commands)
        : this("ngpt", "nGPT, the normalized Transformer: train language models and run them.", commands)
    {
    }

    /// <summary>Creates a command.</summary>
    /// <param name="program">Its name, which begins every line about a failure.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="commands">The sub-commands.</param>
    public CommandLine(string program, string description, IEnumerable<Command> commands)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(commands);
        _program = program;
        _root = new RootCommand(description) { _verbose };
        foreach (Command command in commands)
        {
            _root.Add(command);
        }

        NumberValues.SetParsers(_root);
        _root.Options.OfType<VersionOption>().Single().Action = new VersionAction(program);
    }

    /// <summary>The sub-commands.</summary>
    internal IEnumerable<Command> Commands => _root.Subcommands;

    /// <summary>The program with its options.</summary>
    internal RootCommand Root => _root;

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">What the user typed after the program's name.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        // A path may begin with @: it is no response file.
        ParseResult result = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (arguments.Count == 0)
            {
                _root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = error });
                return ExitCode.Usage;
            }

            if (result.Action is null && result.CommandResult.Command.Subcommands.Count > 0 && result.UnmatchedTokens.Count == 0)
            {
                _root.Parse([.. arguments, "--help"]).Invoke(new InvocationConfiguration { Output = error });
                return ExitCode.Usage;
            }

            if (result.Action is not { ClearsParseErrors: true } && Problem(arguments, result) is string problem)
            {
                throw new UsageException(problem);
            }

            return result.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Signals are the business of the command that has something to save.
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception exception)
        {
            ErrorLine line = ErrorLine.Of(exception);
            error.WriteLine($"{_program}: {WithHints(line.Text, result.CommandResult.Command)}");
            if (result.GetValue(_verbose))
            {
                error.WriteLine(exception);
            }

            return line.ExitCode;
        }
    }

    private string WithHints(string text, Command command)
    {
        try
        {
            return OptionHints.Complete(text, command, _root, _program);
        }
        catch (IOException)
        {
            // No more files can be opened, not even the library that is needed here: the failure itself is what matters.
            return text;
        }
    }

    private static string? Problem(IReadOnlyList<string> arguments, ParseResult result)
    {
        Command command = result.CommandResult.Command;
        // A command that takes names takes a mistyped option for one of them.
        if (!arguments.Contains("--") && result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { Value: string mistyped })
        {
            return UnknownOption(mistyped, command);
        }

        if (result.Errors.Count == 0)
        {
            return null;
        }

        if (result.UnmatchedTokens.Count == 0)
        {
            string message = result.Errors[0].Message.TrimEnd('.');
            return char.ToLowerInvariant(message[0]) + message[1..];
        }

        string unknown = result.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-')) ?? result.UnmatchedTokens[0];
        if (!unknown.StartsWith('-'))
        {
            return command.Subcommands.Count > 0
                ? $"unknown command {unknown}{Suggest(unknown, command.Subcommands.Select(known => known.Name))}"
                : $"unexpected argument {unknown}{SingleValue(arguments, unknown, command)}";
        }

        return UnknownOption(unknown, command);
    }

    // Most often a second value after an option that takes one, as where a shell has expanded a pattern.
    private static string SingleValue(IReadOnlyList<string> arguments, string unknown, Command command)
    {
        string? before = arguments.TakeWhile(argument => argument != unknown).LastOrDefault(argument => argument.StartsWith('-'));
        return before is not null
            && command.Options.FirstOrDefault(option => option.Name == before || option.Aliases.Contains(before)) is { Arity.MinimumNumberOfValues: 1, AllowMultipleArgumentsPerToken: false } option
            ? $"; {before} takes one {(option.HelpName?.Contains("PATH", StringComparison.OrdinalIgnoreCase) == true ? "path" : "value")}"
            : "";
    }

    private static string UnknownOption(string unknown, Command command)
    {
        int equals = unknown.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? unknown : unknown[..equals];
        IEnumerable<string> options = command.Options
            .Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive))
            .SelectMany(option => option.Aliases.Prepend(option.Name))
            .Where(known => known.StartsWith("--", StringComparison.Ordinal));
        return $"unknown option {name}{Suggest(name, options)}";
    }

    private static string Suggest(string name, IEnumerable<string> known) =>
        Spelling.Nearest(name, known) is string nearest ? $": did you mean {nearest}?" : ": see --help";

    private sealed class VersionAction(string program) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"{program} {ProgramVersion.Number}");
            return ExitCode.Done;
        }
    }
}
