using NGpt.Cli;

return FullProgram.Create().Run(args, Console.Out, Console.Error);
