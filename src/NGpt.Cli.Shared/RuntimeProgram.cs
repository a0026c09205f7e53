using NGpt.Cli.Commands;

namespace NGpt.Cli;

/// <summary><c>ngpt-runtime</c>: the commands that need no libtorch.</summary>
internal static class RuntimeProgram
{
    /// <summary>Makes its command line.</summary>
    public static CommandLine Create() => new(
        "ngpt-runtime",
        "nGPT, the normalized Transformer: run trained language models without libtorch.",
        [
            new GenerateCommand(), new ChatCommand(), new QuantizeCommand(), new BenchCommand(), new ServeCommand(), new EvalCommand(new RuntimeScorerOptions()),
        ]);
}
