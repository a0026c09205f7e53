namespace NGpt.Endurance.Kills;

/// <summary>Work that is begun, killed and begun again until it is done, and must end as if nothing had happened.</summary>
internal abstract class KillScenario(string program) : IDisposable
{
    private static readonly string[] Words = ["sphere", "norm", "vector", "of", "the", "unit", "scale", "größer", "attention", "and"];

    /// <summary>The folder of everything that is made.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("ngpt-kills-").FullName;

    /// <summary>Whether this machine allows it.</summary>
    public virtual bool IsPossible => true;

    /// <summary>Does the work once without an interruption.</summary>
    public abstract void DoUninterrupted();

    /// <summary>Does the work once more, killing its processes.</summary>
    /// <param name="executioner">Kills them.</param>
    /// <param name="number">Number of this trial.</param>
    /// <exception cref="EnduranceException">Something was lost, or the end is another one.</exception>
    public abstract void DoInterrupted(Executioner executioner, int number);

    /// <inheritdoc/>
    public virtual void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Path of a file or folder.</summary>
    protected string At(params IEnumerable<string> names) => Path.Combine([Folder, .. names]);

    /// <summary>Starts a command.</summary>
    protected NGptProcess Start(params IEnumerable<string> arguments) => new(program, Folder, arguments);

    /// <summary>Runs a command to its end, which must be a good one.</summary>
    /// <returns>How long it took.</returns>
    protected TimeSpan RunWhole(params IEnumerable<string> arguments)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        using NGptProcess process = Start(arguments);
        int exitCode = process.End();
        EnduranceException.Require(exitCode == 0, $"the uninterrupted command ended with {exitCode}: {process.Error}");
        return System.Diagnostics.Stopwatch.GetElapsedTime(start);
    }

    /// <summary>A random moment in time; now and then one after the end.</summary>
    protected static KillMoment AnyTime(Random random, TimeSpan duration) =>
        new("at a random time", process => process.Wait(duration * (1.05 * random.NextDouble())));

    /// <summary>While something is being saved in one of the folders.</summary>
    protected static KillMoment WhileSaving(Random random, params string[] watched)
    {
        int saves = random.Next(4);
        return new("while saving", process =>
        {
            for (int save = 0; save <= saves; save++)
            {
                if (!process.WaitFor(() => watched.Any(Executioner.HasUnfinished)) || (save < saves && !process.WaitFor(() => !watched.Any(Executioner.HasUnfinished))))
                {
                    return false;
                }
            }

            return process.Wait(TimeSpan.FromMilliseconds(random.NextDouble() * 3));
        });
    }

    /// <summary>Writes lines of random words.</summary>
    protected void WriteText(string name, int lines, Func<int, string, string> line)
    {
        Random random = new(1);
        using StreamWriter writer = new(At(name));
        for (int number = 0; number < lines; number++)
        {
            string text = string.Join(' ', Enumerable.Range(0, 3 + random.Next(8)).Select(_ => Words[random.Next(Words.Length)]));
            writer.Write(line(number, text));
            writer.Write('\n');
        }
    }
}
