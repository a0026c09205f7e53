using NGpt.Lab.Runs;

namespace NGpt.Cli.Commands;

/// <summary>How a command ends whose experiment may go on later.</summary>
internal static class ExperimentEnd
{
    /// <summary>The exit code of an experiment.</summary>
    /// <param name="end">Why it trained no more.</param>
    /// <param name="stop">What a person may have stopped it with.</param>
    public static int ExitCodeOf(SequenceEnd end, StopSignal stop) => end switch
    {
        SequenceEnd.Stopped => stop.ExitCode,
        SequenceEnd.OutOfTime => ExitCode.TimeLimit,
        _ => ExitCode.Done,
    };

    /// <summary>Says that an experiment is not finished, where it is not.</summary>
    /// <param name="error">Where to.</param>
    /// <param name="folder">The experiment's folder.</param>
    /// <param name="exitCode">The exit code.</param>
    /// <returns>The same exit code.</returns>
    public static int Tell(TextWriter error, string folder, int exitCode)
    {
        if (exitCode != ExitCode.Done)
        {
            error.WriteLine($"ngpt: {(exitCode == ExitCode.TimeLimit ? "the time was over" : "stopped")} before everything was trained: the same command goes on with {folder}");
        }

        return exitCode;
    }
}
