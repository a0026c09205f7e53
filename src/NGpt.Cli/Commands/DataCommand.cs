using System.CommandLine;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt data</c>: everything about text before training.</summary>
internal sealed class DataCommand : Command
{
    /// <summary>Creates the command.</summary>
    public DataCommand()
        : base("data", "Fetch text to train on.")
    {
        Add(new DataFetchCommand());
    }
}
