using NGpt.Cli;
using NGpt.Cli.Commands;

return new CommandLine(new TrainCommand()).Run(args, Console.Out, Console.Error);
