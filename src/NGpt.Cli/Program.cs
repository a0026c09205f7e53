using NGpt.Cli;
using NGpt.Cli.Display;

// A standard error that cannot be written does not end the work.
Console.SetError(new LogWriter(Console.Error));
return FullProgram.Create().Run(args, Console.Out, Console.Error);
