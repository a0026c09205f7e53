using System.Globalization;
using System.Text.Json.Nodes;
using NGpt.Core.Checkpoints;

namespace NGpt.Cli.Tests.Training;

/// <summary>What a run folder holds, for comparing runs bit by bit.</summary>
internal static class RunState
{
    private static readonly string[] NotCompared = ["engine_reason", "tokens_per_second", "step_ms", "data_wait_ms"];

    public static string Checkpoint(string run, int step) => Path.Combine(run, "checkpoints", CheckpointFolder.NameOf(step));

    /// <summary>Steps of the whole checkpoints, ascending.</summary>
    public static int[] Checkpoints(string run) =>
        [.. new CheckpointStore(Path.Combine(run, "checkpoints")).All
            .Where(checkpoint => File.Exists(Path.Combine(checkpoint.Path, CheckpointFolder.StateFile)))
            .Select(checkpoint => checkpoint.Step!.Value)];

    public static int Latest(string run) =>
        CheckpointFolder.StepOf(File.ReadAllText(Path.Combine(run, "checkpoints", "latest")).Trim())!.Value;

    /// <summary>The lines of metrics.jsonl without what the clock or a new start decides; floating-point numbers as their digits, which are exact.</summary>
    public static string[] Metrics(string run) => [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(WithoutThem)];

    /// <summary>Requires the same parameters, moments, state and metrics.</summary>
    public static void AssertSame(string expected, string actual, int step, bool compareMetrics = true)
    {
        foreach (string file in new[] { CheckpointFolder.ModelFile, CheckpointFolder.OptimizerFile, CheckpointFolder.ConfigFile, "tokenizer.json" })
        {
            byte[] there = File.ReadAllBytes(Path.Combine(Checkpoint(expected, step), file));
            byte[] here = File.ReadAllBytes(Path.Combine(Checkpoint(actual, step), file));
            Assert.True(there.AsSpan().SequenceEqual(here), $"{file} of step {step.ToString(CultureInfo.InvariantCulture)} differs");
        }

        TrainerState first = new CheckpointFolder(Checkpoint(expected, step)).Verify();
        TrainerState second = new CheckpointFolder(Checkpoint(actual, step)).Verify();
        Assert.Equal((first.DataPosition, first.LastEvaluation, first.BestEvaluation), (second.DataPosition, second.LastEvaluation, second.BestEvaluation));
        if (compareMetrics)
        {
            Assert.Equal(Metrics(expected), Metrics(actual));
        }
    }

    public static void Copy(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static string WithoutThem(string line)
    {
        JsonObject entry = JsonNode.Parse(line)!.AsObject();
        foreach (string name in NotCompared)
        {
            entry.Remove(name);
        }

        return entry.ToJsonString();
    }
}
