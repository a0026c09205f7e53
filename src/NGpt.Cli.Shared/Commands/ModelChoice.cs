using System.CommandLine;
using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Commands;

/// <summary>The option <c>--model</c> of commands that run a model.</summary>
internal static class ModelOption
{
    /// <summary>Makes the option.</summary>
    public static Option<string> Create() => new("--model", "-m")
    {
        Description = "Run folder (its best checkpoint), checkpoint folder or .gguf file",
        HelpName = "PATH",
        Required = true,
    };

    /// <summary>Loads the model that a path means.</summary>
    /// <param name="path">What the person gave.</param>
    /// <returns>The model, with the path of the checkpoint or the file; the caller disposes of it.</returns>
    /// <exception cref="NGptException">There is none, or it is damaged.</exception>
    public static RuntimeModel Load(string path) => RuntimeModel.Load(File.Exists(path) ? path : CheckpointFolder.Find(path).Path);
}
