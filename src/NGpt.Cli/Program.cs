using NGpt.Cli;
using NGpt.Cli.Commands;

return new CommandLine(new TrainCommand(), new DataCommand(), new GenerateCommand(), new DoctorCommand(), new BenchCommand()).Run(args, Console.Out, Console.Error);
