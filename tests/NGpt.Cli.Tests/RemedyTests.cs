using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests;

/// <summary>What a message tells the user to do can be done.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class RemedyTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_option_of_another_command_is_named_with_it()
    {
        File.WriteAllText(_folder.At("a.jsonl"), """{"content":"a"}""" + "\n");
        Assert.EndsWith(
            "--text-field NAME (--text-field is an option of ngpt eval and ngpt data prepare)",
            FullRun("train", "--data", _folder.At("a.jsonl"), "--out", _folder.At("run")).TrimEnd());
        Assert.DoesNotContain("is an option of", FullRun("data", "prepare", _folder.At("a.jsonl"), "--out", _folder.At("data")));
    }

    [Theory]
    [InlineData("leave --out out; ngpt data prepare … --tokenizer PATH", "--out:, --tokenizer:data prepare")]
    [InlineData("resume it with ngpt train --resume RUN", "--resume:train")]
    [InlineData("a--b and a -- b", "")]
    public void Options_are_found_with_their_command(string message, string expected) =>
        Assert.Equal(expected, string.Join(", ", OptionHints.Named(message).Select(named => $"{named.Option}:{named.Command}")));

    // Every string in the sources that names an option: the option exists, and where a command is named, that command has it.
    [Fact]
    public void Options_in_messages_exist()
    {
        RootCommand[] programs = [FullProgram.Create().Root, RuntimeProgram.Create().Root];
        (string Path, Command Command)[] all = [.. programs.SelectMany(program => OptionHints.Commands("", program).Append(("", program)))];
        string[] foreign = ["--use-system-ca", "--no-restore"];
        List<string> wrong = [];
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains("/obj/", StringComparison.Ordinal)))
        {
            foreach (string line in File.ReadLines(path).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                foreach ((string option, string? command) in StringLiteral().Matches(line).SelectMany(text => OptionHints.Named(text.Value)).Where(named => !foreign.Contains(named.Option)))
                {
                    count++;
                    if (!all.Any(entry => (command is null || entry.Path == command) && OptionHints.Has(entry.Command, option)))
                    {
                        wrong.Add($"{Path.GetFileName(path)}: {option}{(command is null ? "" : $" of {command}")}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
        Assert.InRange(count, 150, 2000);
    }

    // Every line of a document that calls a program is read by that program's parser without an error. Scripts with variables are not.
    [Fact]
    public void Commands_in_documents_can_be_run()
    {
        RootCommand full = FullProgram.Create().Root;
        RootCommand runtime = RuntimeProgram.Create().Root;
        List<string> wrong = [];
        int count = 0;
        foreach (string path in Documents())
        {
            foreach (Match call in File.ReadLines(path).Where(line => !line.Contains('$', StringComparison.Ordinal)).Select(line => DocumentedCall().Match(line)).Where(call => call.Success))
            {
                count++;
                string line = call.Groups["arguments"].Value;
                string[] arguments = [.. ShellWord().Matches(line).Select(word => word.Value.Trim('\''))];
                wrong.AddRange((call.Groups["runtime"].Success ? runtime : full).Parse(arguments).Errors.Select(error => $"{Path.GetFileName(path)}: {line.Trim()}: {error.Message}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(count, 40, 1000);
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Root(), "src"), "README.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Root(), "README.md"));

    private static string FullRun(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        FullProgram.Create().Run(arguments, output, error);
        return error.ToString();
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));

    [GeneratedRegex(@"^\s*(?:\./)?ngpt(?<runtime>-runtime)? (?<arguments>(?:'[^']*'|[^#'>|&])*)")]
    private static partial Regex DocumentedCall();

    [GeneratedRegex(@"(?:'[^']*'|[^\s'])+")]
    private static partial Regex ShellWord();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex StringLiteral();
}
