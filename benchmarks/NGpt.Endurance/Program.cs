using NGpt.Endurance;
using NGpt.Endurance.Disks;
using NGpt.Endurance.Kills;
using NGpt.Endurance.Steps;

// Endurance tests of the ngpt command, hours long where asked for:
// `kills --kills 1000`: real processes are killed at random moments, and the end is compared with an uninterrupted run.
// `steps --steps 1000000`: a tiny model is trained in this process, and memory, handles, threads and tensors are sampled.
// `disk`: the disk is full at every page and every file of a checkpoint.
// Exit code 1 where something is lost, differs or grows.
if (EnduranceOptions.Parse(args) is not EnduranceOptions options)
{
    Console.Error.WriteLine(EnduranceOptions.Usage);
    return 2;
}

if (options.Command == "disk")
{
    using FullDiskRun disk = new();
    return disk.Run() ? 0 : 1;
}

return (options.Command == "steps" ? new StepRun(options.Count).Run() : new KillRun(options).Run()) ? 0 : 1;
