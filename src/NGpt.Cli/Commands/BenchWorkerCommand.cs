using System.CommandLine;
using System.Reflection;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt bench train-worker</c>: the process of one subject, which <c>ngpt bench train</c> starts.</summary>
internal sealed class BenchWorkerCommand : Command
{
    private const string CommandName = "train-worker";

    /// <summary>Creates the command.</summary>
    public BenchWorkerCommand()
        : base(CommandName, "The process of one subject of ngpt bench train.")
    {
        Hidden = true;
        SetAction(Run);
    }

    /// <summary>How to start this command: the current executable, or the dotnet host with its assembly.</summary>
    public static BenchmarkProgram Program
    {
        get
        {
            string[] command = ["bench", CommandName];
            Assembly program = typeof(BenchWorkerCommand).Assembly;
            string self = Environment.ProcessPath ?? "dotnet";
            if (Path.GetFileNameWithoutExtension(self) == program.GetName().Name)
            {
                return new BenchmarkProgram(self, command);
            }

            string host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
            return new BenchmarkProgram(host, [Path.Combine(AppContext.BaseDirectory, $"{program.GetName().Name}.dll"), .. command]);
        }
    }

    private static int Run(ParseResult result)
    {
        // Standard output is for answers only, whatever a library prints.
        TextWriter answers = result.InvocationConfiguration.Output;
        Console.SetOut(result.InvocationConfiguration.Error);
        BenchmarkWorker.Run(Console.In, answers);
        return ExitCode.Done;
    }
}
