using System.CommandLine;
using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Commands;

/// <summary>The model of a command that runs one: bare, or as <c>--model</c>, which llama.cpp's users know.</summary>
internal sealed class ModelChoice
{
    private readonly Argument<string?> _bare = new("MODEL")
    {
        Description = "Run folder (its best checkpoint), checkpoint folder or .gguf file",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _named = new("--model", "-m")
    {
        Description = "MODEL given as an option",
        HelpName = "PATH",
    };

    /// <summary>Adds both forms to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_bare);
        command.Add(_named);
    }

    /// <summary>The path that was given.</summary>
    public string Read(ParseResult result) => (result.GetValue(_bare), result.GetValue(_named)) switch
    {
        (string bare, string named) => throw new UsageException($"the models {bare} and {_named.Name} {named} are both given", "give one of them"),
        (null, null) => throw new UsageException("no model is given", "give a run folder, a checkpoint folder or a .gguf file"),
        (string bare, null) => bare,
        (null, string named) => named,
    };

    /// <summary>Loads the model that a path means.</summary>
    public static RuntimeModel Load(string path, FileLoading loading) => RuntimeModel.Load(File.Exists(path) ? path : CheckpointFolder.Find(path).Path, loading);
}
