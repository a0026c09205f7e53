namespace NGpt.Endurance.Kills;

/// <summary>Ends processes at random moments with random signals, and counts what it met.</summary>
internal sealed class Executioner(Random random)
{
    private static readonly KillSignal[] Signals = [KillSignal.Kill, KillSignal.Kill, KillSignal.Term, KillSignal.Int, KillSignal.Hup];

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Processes that were killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Processes by what ended them, and by where they were.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Chooses moments too.</summary>
    public Random Random => random;

    /// <summary>Ends a process.</summary>
    /// <param name="process">The process, just started.</param>
    /// <param name="moments">Kinds of moments to choose from; each waits for its moment, and returns false where the process ended before.</param>
    /// <param name="scenario">For the counts.</param>
    /// <param name="watched">Folder whose unfinished files tell that something was being saved.</param>
    /// <returns>What became of the process.</returns>
    public Execution End(NGptProcess process, IReadOnlyList<KillMoment> moments, string scenario, string watched)
    {
        KillMoment moment = moments[random.Next(moments.Count)];
        KillSignal signal = Signals[random.Next(Signals.Length)];
        bool isFollowed = signal != KillSignal.Kill && random.Next(3) == 0;
        if (moment.Reach(process))
        {
            process.Send(signal);
            if (isFollowed && process.Wait(TimeSpan.FromMilliseconds(random.NextDouble() * 20)))
            {
                process.Send(KillSignal.Kill);
            }
        }

        int exitCode = process.End();
        if (exitCode == 128 + (int)KillSignal.Kill)
        {
            signal = KillSignal.Kill;
        }

        bool isKilled = exitCode == 128 + (int)signal;
        if (isKilled)
        {
            Kills++;
            Count($"{scenario}: SIG{signal.ToString().ToUpperInvariant()}");
            Count($"{scenario}: {moment.Name}");
            if (signal == KillSignal.Kill && HasUnfinished(watched))
            {
                Count($"{scenario}: found with something half saved");
            }
        }

        return new Execution(exitCode, isKilled, isKilled && signal != KillSignal.Kill);
    }

    /// <summary>Counts something that was met.</summary>
    public void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    /// <summary>Whether a folder holds an unfinished file or folder.</summary>
    public static bool HasUnfinished(string folder)
    {
        try
        {
            return Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder, ".*.tmp-*").Any();
        }
        catch (IOException)
        {
            // It went away while it was looked at.
            return false;
        }
    }
}

/// <summary>What became of a process.</summary>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal that ended it.</param>
/// <param name="IsKilled">Whether the signal ended it.</param>
/// <param name="CouldSave">Whether the signal was one that lets it save first.</param>
internal readonly record struct Execution(int ExitCode, bool IsKilled, bool CouldSave);

/// <summary>A kind of moment at which a process is killed.</summary>
/// <param name="Name">For the counts.</param>
/// <param name="Reach">Waits for such a moment; false where the process ended before.</param>
internal sealed record KillMoment(string Name, Func<NGptProcess, bool> Reach);
