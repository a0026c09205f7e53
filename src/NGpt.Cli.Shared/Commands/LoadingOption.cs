using System.CommandLine;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Cli.Commands;

/// <summary>How the weights of a model get into memory, with llama.cpp's names.</summary>
internal sealed class LoadingOption
{
    private readonly Option<bool> _map = new("--mmap")
    {
        Description = "Map the weights into memory instead of copying them; by default models above 1 GiB are mapped",
    };

    private readonly Option<bool> _copy = new("--no-mmap")
    {
        Description = "Copy the weights into memory, so that the file can be changed meanwhile",
    };

    /// <summary>Adds both to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_map);
        command.Add(_copy);
    }

    /// <summary>What was chosen.</summary>
    /// <exception cref="UsageException">Both are given.</exception>
    public FileLoading Read(ParseResult result) => (result.GetValue(_map), result.GetValue(_copy)) switch
    {
        (true, true) => throw new UsageException($"{_map.Name} and {_copy.Name} are both given", "give one of them"),
        (true, false) => FileLoading.Map,
        (false, true) => FileLoading.Copy,
        _ => FileLoading.Auto,
    };
}
