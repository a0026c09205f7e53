namespace NGpt.Endurance.Kills;

/// <summary>A comparison of tiny models: several runs in one process, then a report.</summary>
internal sealed class ComparisonScenario(string program) : KillScenario(program)
{
    private TimeSpan _duration;

    /// <inheritdoc/>
    public override void DoUninterrupted()
    {
        WriteText("text.txt", 400, (_, text) => text);
        _duration = RunWhole(Command(At("whole")));
    }

    /// <inheritdoc/>
    public override void DoInterrupted(Executioner executioner, int number)
    {
        string comparison = At($"comparison-{number}");
        for (bool done = false; !done;)
        {
            using NGptProcess process = Start(Command(comparison));
            string[] watched = [.. Runs(comparison).Select(run => Path.Combine(run, "checkpoints"))];
            KillMoment[] moments = watched.Length == 0 ? [AnyTime(executioner.Random, _duration)] : [AnyTime(executioner.Random, _duration), WhileSaving(executioner.Random, watched)];
            Execution end = executioner.End(process, moments, "comparing", comparison);
            EnduranceException.Require(end.ExitCode == 0 || end.IsKilled, $"{comparison}: exit code {end.ExitCode}: {process.Error}");
            done = end.ExitCode == 0;
        }

        string[] expected = Runs(At("whole"));
        EnduranceException.Require(expected.Length > 0 && expected.Length == Runs(comparison).Length, $"{comparison} has {Runs(comparison).Length} runs, not {expected.Length}");
        foreach (string run in expected)
        {
            RunDifferences.RequireSame(run, Path.Combine(comparison, Path.GetRelativePath(At("whole"), run)));
        }

        EnduranceException.Require(File.Exists(Path.Combine(comparison, "report", "report.html")), $"{comparison} has no report");
        Directory.Delete(comparison, recursive: true);
    }

    private static string[] Runs(string comparison) => Directory.Exists(comparison)
        ? [.. Directory.GetFiles(comparison, "metrics.jsonl", SearchOption.AllDirectories).Select(path => Path.GetDirectoryName(path)!).Order(StringComparer.Ordinal)]
        : [];

    private string[] Command(string comparison) =>
    [
        "compare", "--quick", "--data", At("text.txt"), "--layers", "2", "--heads", "3", "--embedding-width", "18", "--mlp-width", "23", "--context-length", "17",
        "--batch-size", "3", "--steps", "8", "--eval-batches", "2", "--threads", "1", "--device", "cpu", "--ngpt-rates", "0.01", "--gpt-rates", "0.002", "--seeds", "2",
        "--out", comparison,
    ];
}
