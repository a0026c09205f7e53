using NGpt.Cli.Commands;

namespace NGpt.Cli;

/// <summary><c>ngpt</c>: all commands.</summary>
internal static class FullProgram
{
    /// <summary>Makes its command line.</summary>
    public static CommandLine Create() => new(
        new TrainCommand(),
        new CompareCommand(),
        new SweepCommand(),
        new InspectCommand(),
        new EvalCommand(new EngineScorerOptions()),
        new DataCommand(),
        new TokenizerCommand(),
        new GenerateCommand(),
        new ChatCommand(),
        new QuantizeCommand(),
        new ServeCommand(),
        new BenchCommand(new BenchTrainCommand(), new BenchWorkerCommand()),
        new DoctorCommand());
}
