using NGpt.Endurance;
using NGpt.Endurance.Kills;

// Endurance tests of the ngpt command, hours long where asked for:
// `kills --kills 1000`: real processes are killed at random moments, and the end is compared with an uninterrupted run.
// Exit code 1 where something is lost, differs or grows.
if (EnduranceOptions.Parse(args) is not EnduranceOptions options)
{
    Console.Error.WriteLine(EnduranceOptions.Usage);
    return 2;
}

return new KillRun(options).Run() ? 0 : 1;
