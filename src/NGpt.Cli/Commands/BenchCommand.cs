using System.CommandLine;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt bench</c>: measures speed and memory.</summary>
internal sealed class BenchCommand : Command
{
    /// <summary>Creates the command.</summary>
    public BenchCommand()
        : base("bench", "Measure speed and memory on this machine.")
    {
        Add(new BenchTrainCommand());
        Add(new BenchWorkerCommand());
    }
}
