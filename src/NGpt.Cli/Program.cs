using NGpt.Cli;
using NGpt.Cli.Commands;

CommandLine ngpt = new(
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
return ngpt.Run(args, Console.Out, Console.Error);
