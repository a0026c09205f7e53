using NGpt.Cli;
using NGpt.Cli.Commands;

CommandLine ngpt = new(
    new TrainCommand(), new DataCommand(), new TokenizerCommand(), new GenerateCommand(), new InspectCommand(), new BenchCommand(), new DoctorCommand());
return ngpt.Run(args, Console.Out, Console.Error);
