using NGpt.Cli;
using NGpt.Cli.Commands;

return new CommandLine(new TrainCommand(), new GenerateCommand(), new DoctorCommand(), new BenchCommand(), new TokenizerCommand()).Run(args, Console.Out, Console.Error);
