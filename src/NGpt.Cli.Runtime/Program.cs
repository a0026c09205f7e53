using NGpt.Cli;
using NGpt.Cli.Commands;

CommandLine ngpt = new(
    "ngpt-runtime",
    "nGPT, the normalized Transformer: run trained language models without libtorch.",
    [
        new GenerateCommand(), new ChatCommand(), new QuantizeCommand(), new BenchCommand(), new ServeCommand(), new EvalCommand(new RuntimeScorerOptions()),
    ]);
return ngpt.Run(args, Console.Out, Console.Error);
