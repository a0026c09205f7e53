namespace NGpt.Endurance.Kills;

/// <summary>The preparation of a corpus so large that its state is saved twice.</summary>
internal sealed class PreparationScenario(string program) : KillScenario(program)
{
    private const int Documents = 400_000;

    private TimeSpan _duration;

    /// <inheritdoc/>
    public override void DoUninterrupted()
    {
        WriteText("text.jsonl", Documents, (number, text) => $"{{\"id\":{number},\"text\":\"document {number} {text}\"}}");
        _duration = RunWhole(Command(At("whole")));
    }

    /// <inheritdoc/>
    public override void DoInterrupted(Executioner executioner, int number)
    {
        string data = At($"data-{number}");
        for (bool done = false; !done;)
        {
            using NGptProcess process = Start(Command(data));
            Execution end = executioner.End(process, [AnyTime(executioner.Random, _duration), WhileSaving(executioner.Random, data)], "preparing", data);
            EnduranceException.Require(end.ExitCode == 0 || end.IsKilled, $"{data}: exit code {end.ExitCode}: {process.Error}");
            if (end.IsKilled && File.Exists(Path.Combine(data, "preparation.json")))
            {
                executioner.Count("preparing: resumes behind what is saved");
            }

            done = end.ExitCode == 0;
        }

        string[] expected = Names(At("whole"));
        EnduranceException.Require(expected.SequenceEqual(Names(data)), $"{data} has other files: {string.Join(' ', Names(data))}");
        foreach (string name in expected)
        {
            RunDifferences.RequireSameFile(At("whole", name), Path.Combine(data, name));
        }

        Directory.Delete(data, recursive: true);
    }

    private static string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Where(name => name != "run.lock").Order(StringComparer.Ordinal)];

    private string[] Command(string data) => ["data", "prepare", At("text.jsonl"), "--out", data, "--tokenizer", "bytes", "--drop-duplicates"];
}
