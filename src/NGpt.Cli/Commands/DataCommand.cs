using System.CommandLine;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt data</c>: from text to token files.</summary>
internal sealed class DataCommand : Command
{
    /// <summary>Creates the command.</summary>
    public DataCommand()
        : base("data", "Fetch, prepare and inspect training data.")
    {
        Add(new DataFetchCommand());
        Add(new DataPrepareCommand());
        Add(new DataInfoCommand());
    }
}
