using NGpt.Core.Checkpoints;

namespace NGpt.Cli.Tests.Training;

/// <summary>
/// What a power cut between any two writes can leave of a run whose last checkpoint was being saved. Every state is
/// made from a copy of one run; continued, each must end as that run did.
/// </summary>
[Collection(OneAtATime.Name)]
public sealed class PowerCutTests : IDisposable
{
    // The checkpoints are of steps 16, 20, 24, 25 and so on: each 5 steps, and where an evaluation was the best so far.
    private const int Torn = 25;

    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<(string File, string Damage)> Damages() =>
        from file in new[] { "model.safetensors", "optimizer.safetensors", "config.json", "tokenizer.json", "trainer_state.json" }
        from damage in new[] { "missing", "empty", "truncated", "flipped", "zeros" }
        select (file, damage);

    [Fact]
    public void Every_damage_of_a_file_of_the_newest_checkpoint_is_passed_over_with_a_warning()
    {
        string whole = Whole(out string torn);
        foreach ((string file, string damage) in Damages())
        {
            string run = CopyOf(torn, $"{file}-{damage}");
            Damage(Path.Combine(RunState.Checkpoint(run, Torn), file), damage);
            // A checkpoint without its state is one whose deletion was cut off: it goes without a word.
            bool wordless = (file, damage) == ("trainer_state.json", "missing");
            Continue(whole, run, expectedStart: 24, warning: wordless ? null : file);
        }
    }

    [Theory]
    [InlineData("ngpt", "0.01")]
    [InlineData("gpt", "10")]
    public void A_cut_between_the_writes_of_a_save_costs_at_most_that_save(string architecture, string rate)
    {
        string whole = Whole(out string torn, "--arch", architecture, "--learning-rate", rate, "--schedule", "constant", "--warmup-steps", architecture == "gpt" ? "60" : "0", "--gradient-accumulation", "2");
        // A rate that rises far too high: the best evaluation is one before the cut.
        Assert.Equal(architecture == "gpt", new CheckpointFolder(RunState.Checkpoint(whole, TrainingFolder.Steps)).Verify().BestEvaluation!.Step < Torn);
        string? newest = null;
        int before = RunState.Checkpoints(torn)[^2];
        foreach ((string name, int start, Action<string> cut) in new (string, int, Action<string>)[]
        {
            ("half-written", before, checkpoints =>
            {
                string aside = Path.Combine(checkpoints, $".{CheckpointFolder.NameOf(Torn)}.tmp-999999-3");
                Directory.Move(Path.Combine(checkpoints, CheckpointFolder.NameOf(Torn)), aside);
                File.Delete(Path.Combine(aside, "trainer_state.json"));
                Damage(Path.Combine(aside, "optimizer.safetensors"), "truncated");
                Point(checkpoints, before);
            }),
            ("whole-but-not-renamed", before, checkpoints =>
            {
                Directory.Move(Path.Combine(checkpoints, CheckpointFolder.NameOf(Torn)), Path.Combine(checkpoints, $".{CheckpointFolder.NameOf(Torn)}.tmp-999999-3"));
                Point(checkpoints, before);
            }),
            ("latest-is-old", Torn, checkpoints => Point(checkpoints, before)),
            ("latest-is-empty", Torn, checkpoints => Damage(Path.Combine(checkpoints, "latest"), "empty")),
            ("latest-points-nowhere", Torn, checkpoints => Point(checkpoints, 77)),
            ("latest-is-missing", Torn, checkpoints => File.Delete(Path.Combine(checkpoints, "latest"))),
            ("latest-half-written", Torn, checkpoints => File.WriteAllText(Path.Combine(checkpoints, ".latest.tmp-999999-4"), "ste")),
            ("best-is-empty", Torn, checkpoints => Damage(Path.Combine(checkpoints, "best"), "empty")),
            ("best-is-missing", Torn, checkpoints => File.Delete(Path.Combine(checkpoints, "best"))),
            ("old-one-half-deleted", Torn, checkpoints => File.Delete(Path.Combine(checkpoints, CheckpointFolder.NameOf(before), "trainer_state.json"))),
            ("metrics-torn", Torn, checkpoints =>
            {
                string metrics = Path.Combine(checkpoints, "..", "metrics.jsonl");
                File.AppendAllText(metrics, """{"step":26,"lo""");
            }),
            ("nothing-saved", 0, checkpoints => Directory.Delete(checkpoints, recursive: true)),
        })
        {
            string run = CopyOf(torn, name);
            cut(Path.Combine(run, "checkpoints"));
            Continue(whole, run, start, warning: null);
            Assert.Empty(Directory.GetFileSystemEntries(run, ".*", SearchOption.AllDirectories));
            newest = run;
        }

        Assert.Equal(TrainingFolder.Steps, RunState.Latest(newest!));
    }

    [Fact]
    public void A_damaged_newest_checkpoint_does_not_displace_the_good_ones_that_follow()
    {
        // Of one kept checkpoint: the damaged one has the largest number, and must not count as the newest.
        string whole = Whole(out string torn);
        string run = CopyOf(torn, "run");
        Damage(Path.Combine(RunState.Checkpoint(run, Torn), "model.safetensors"), "zeros");
        Damage(Path.Combine(RunState.Checkpoint(run, 24), "model.safetensors"), "zeros");
        CommandResult limited = TrainingFolder.Train("--resume", run, "--keep-checkpoints", "1", "--steps", "22", "--decay-steps", $"{TrainingFolder.Steps}");
        Assert.Equal(0, limited.ExitCode);
        Assert.Equal([22], RunState.Checkpoints(run).Where(step => step > 20));
        Assert.Equal(0, TrainingFolder.Train("--resume", run, "--steps", $"{TrainingFolder.Steps}").ExitCode);
        RunState.AssertSame(whole, run, TrainingFolder.Steps, compareMetrics: false);
    }

    // A complete run, and a copy of it as it was right after its checkpoint of step 25.
    private string Whole(out string torn, params string[] options)
    {
        string whole = _folder.At("whole");
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", ["--keep-checkpoints", "99", .. options])).ExitCode);
        torn = CopyOf(whole, "torn");
        string checkpoints = Path.Combine(torn, "checkpoints");
        foreach (int step in RunState.Checkpoints(torn).Where(step => step > Torn))
        {
            Directory.Delete(RunState.Checkpoint(torn, step), recursive: true);
        }

        Point(checkpoints, Torn);
        File.WriteAllText(Path.Combine(checkpoints, "best"), CheckpointFolder.NameOf(new CheckpointFolder(RunState.Checkpoint(torn, Torn)).Verify().BestEvaluation!.Step) + "\n");
        return whole;
    }

    private string CopyOf(string run, string name)
    {
        RunState.Copy(run, _folder.At(name));
        return _folder.At(name);
    }

    private static void Continue(string whole, string run, int expectedStart, string? warning)
    {
        CommandResult result = TrainingFolder.Train("--resume", "auto", "--out", run, "--threads", "1");
        Assert.True(result.ExitCode == 0, $"{run}: {result.Error}");
        string expected = expectedStart == 0 ? "starting from step 0" : $"step {expectedStart} of {RunState.Checkpoint(run, expectedStart)}";
        Assert.Contains(expected, result.Output);
        string[] warnings = [.. result.Output.Split('\n').Where(line => line.StartsWith("warning: ", StringComparison.Ordinal) && !line.Contains("starting from step 0", StringComparison.Ordinal))];
        Assert.Equal(warning is null ? 0 : 1, warnings.Length);
        Assert.All(warnings, line => Assert.Contains(warning!, line));
        RunState.AssertSame(whole, run, TrainingFolder.Steps);
    }

    private static void Point(string checkpoints, int step) =>
        File.WriteAllText(Path.Combine(checkpoints, "latest"), CheckpointFolder.NameOf(step) + "\n");

    private static void Damage(string file, string damage)
    {
        byte[] bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "missing":
                File.Delete(file);
                return;
            case "empty":
                bytes = [];
                break;
            case "truncated":
                bytes = bytes[..(bytes.Length * 2 / 3)];
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 0x10;
                break;
            case "zeros":
                Array.Clear(bytes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage), damage, null);
        }

        File.WriteAllBytes(file, bytes);
    }
}
