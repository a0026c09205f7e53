using NGpt.Cli;

return RuntimeProgram.Create().Run(args, Console.Out, Console.Error);
