using System.Text.Json.Nodes;
using NGpt.Core.Checkpoints;

namespace NGpt.Endurance.Kills;

/// <summary>Compares what two runs wrote, bit by bit.</summary>
internal static class RunDifferences
{
    // What the clock or a new start decides.
    private static readonly string[] NotCompared = ["engine_reason", "tokens_per_second", "step_ms", "data_wait_ms"];

    /// <summary>Requires the same parameters, moments, state, metrics and samples.</summary>
    public static void RequireSame(string expected, string actual)
    {
        CheckpointFolder there = Newest(expected);
        CheckpointFolder here = Newest(actual);
        EnduranceException.Require(there.Step == here.Step, $"{actual}: the last checkpoint is of step {here.Step}, not of {there.Step}");
        foreach (string file in new[] { CheckpointFolder.ModelFile, CheckpointFolder.OptimizerFile, CheckpointFolder.ConfigFile, "tokenizer.json" })
        {
            RequireSameFile(there.File(file), here.File(file));
        }

        TrainerState first = there.Verify();
        TrainerState second = here.Verify();
        EnduranceException.Require(
            (first.DataPosition, first.LastEvaluation, first.BestEvaluation) == (second.DataPosition, second.LastEvaluation, second.BestEvaluation),
            $"{actual}: the trainer's state differs");
        RunFolder whole = new(expected);
        RunFolder run = new(actual);
        EnduranceException.Require(Metrics(whole).SequenceEqual(Metrics(run)), $"{run.MetricsPath} differs");
        foreach (string sample in Samples(expected))
        {
            RequireSameFile(Path.Combine(expected, sample), Path.Combine(actual, sample));
        }

        string[] leftovers = Directory.GetFileSystemEntries(actual, ".*.tmp-*", SearchOption.AllDirectories);
        EnduranceException.Require(leftovers.Length == 0, $"{leftovers.FirstOrDefault()} was left behind");
    }

    /// <summary>Requires two files of the same content.</summary>
    public static void RequireSameFile(string expected, string actual) => EnduranceException.Require(
        File.Exists(actual) && File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(actual)), $"{actual} {(File.Exists(actual) ? "differs" : "is missing")}");

    private static CheckpointFolder Newest(string run) => new RunFolder(run).Checkpoints.All is [.., { } newest] ? newest : throw new EnduranceException($"{run} has no checkpoint");

    private static IEnumerable<string> Samples(string run) => Directory.GetFiles(run, "*.txt", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(run, path));

    private static IEnumerable<string> Metrics(RunFolder run) => File.ReadLines(run.MetricsPath).Select(line =>
    {
        JsonObject entry = JsonNode.Parse(line)!.AsObject();
        foreach (string name in NotCompared)
        {
            entry.Remove(name);
        }

        return entry.ToJsonString();
    });
}
