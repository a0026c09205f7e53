using NGpt.Cli;
using NGpt.Cli.Commands;

CommandLine ngpt = new(
    new TrainCommand(),
    new CompareCommand(),
    new SweepCommand(),
    new InspectCommand(),
    new EvalCommand(),
    new DataCommand(),
    new TokenizerCommand(),
    new GenerateCommand(),
    new BenchCommand(),
    new DoctorCommand());
return ngpt.Run(args, Console.Out, Console.Error);
