using System.Text.Json.Nodes;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class PrecisionTests : IDisposable
{
    private static readonly string[] Bf16 = ["--engine", "plain", "--dtype", "bf16"];

    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bf16_run_goes_on_in_bf16_and_ends_as_if_never_interrupted()
    {
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("run", [.. Bf16, "--time-limit", "0.001"])).ExitCode);
        CommandResult rest = TrainingFolder.Train("--resume", _folder.At("run"), "--dtype", "auto", "--json");
        Assert.Equal(0, rest.ExitCode);
        JsonNode outcome = JsonNode.Parse(rest.Output)!;
        Assert.Equal(("plain", "bf16", "as in the resumed run"), ((string?)outcome["engine"], (string?)outcome["precision"], (string?)outcome["engine_reason"]));
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", Bf16)).ExitCode);
        RunState.AssertSame(_folder.At("whole"), _folder.At("run"), TrainingFolder.Steps);

        RunConfig config = RunConfigJson.Load(_folder.At("run", "config.json"));
        Assert.Equal((EngineKind.Plain, Precision.Bf16), (config.Engine, config.Precision));
        TrainerState state = new CheckpointFolder(RunState.Checkpoint(_folder.At("run"), TrainingFolder.Steps)).Verify();
        Assert.Equal(("plain", "bf16"), (state.Engine, state.Precision));
        JsonNode first = JsonNode.Parse(File.ReadLines(Path.Combine(_folder.At("run"), "metrics.jsonl")).First())!;
        Assert.Equal((0, "plain", "bf16", "requested; bf16 requested"), ((int)first["step"]!, (string?)first["engine"], (string?)first["precision"], (string?)first["engine_reason"]));

        // Evaluated alone, it gives what the run itself found.
        CommandResult evaluated = TrainingFolder.Train("--resume", _folder.At("run"), "--eval-only", "--json");
        Assert.Equal((double?)outcome["best_evaluation"]!["loss"], (double?)JsonNode.Parse(evaluated.Output)!["last_evaluation"]!["loss"]);
    }

    [Theory]
    [InlineData("float32", "bf16")]
    [InlineData("bf16", "float32")]
    public void Another_precision_would_be_another_run(string begun, string other)
    {
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("run", "--engine", "plain", "--dtype", begun, "--time-limit", "0.001")).ExitCode);
        CommandResult result = TrainingFolder.Train("--resume", _folder.At("run"), "--dtype", other);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"ngpt: dtype is {begun} in this run, not {other}. Leave these options out", result.Error);
    }

    [Fact]
    public void A_run_from_before_there_was_a_choice_goes_on_in_float32()
    {
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("run", "--engine", "plain", "--dtype", "float32", "--time-limit", "0.001")).ExitCode);
        RemoveKeys(_folder.At("run", "config.json"));
        RemoveKeys(Path.Combine(RunState.Checkpoint(_folder.At("run"), 1), CheckpointFolder.StateFile));
        CommandResult result = TrainingFolder.Train("--resume", _folder.At("run"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain("warning", result.Output);
        Assert.Contains("plain modules (float32): as in the resumed run", result.Output);

        static void RemoveKeys(string path)
        {
            JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            Assert.True(json.Remove("engine") && json.Remove("precision"));
            File.WriteAllText(path, json.ToJsonString());
        }
    }

    [Fact]
    public void A_checkpoint_of_another_precision_is_not_of_the_run()
    {
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("run", [.. Bf16, "--time-limit", "0.001"])).ExitCode);
        string config = _folder.At("run", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"bf16\"", "\"float32\"", StringComparison.Ordinal));
        CommandResult result = TrainingFolder.Train("--resume", _folder.At("run"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("it was trained in bf16, this run is in float32", result.Error);
    }

    [Fact]
    public void Another_engine_than_that_of_the_checkpoint_continues_with_a_warning()
    {
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("run", "--engine", "plain", "--time-limit", "0.001")).ExitCode);
        string config = _folder.At("run", "config.json");
        string state = Path.Combine(RunState.Checkpoint(_folder.At("run"), 1), CheckpointFolder.StateFile);
        foreach (string file in new[] { config, state })
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("\"engine\": \"plain\"", "\"engine\": \"fast\"", StringComparison.Ordinal));
        }

        CommandResult result = TrainingFolder.Train("--resume", _folder.At("run"), "--engine", "plain", "--steps", "2");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("1 thread on cpu by the fast engine, this is 1 on cpu by the plain one: the resumed run rounds differently", result.Output);
        Assert.Equal(EngineKind.Plain, RunConfigJson.Load(config).Engine);
        Assert.DoesNotContain("rounds differently", TrainingFolder.Train("--resume", _folder.At("run"), "--steps", "3").Output);
    }

    [Fact]
    public void Recomputing_does_nothing_in_the_plain_modules()
    {
        CommandResult result = TrainingFolder.Train(_folder.Begin("run", "--engine", "plain", "--recompute", "true", "--steps", "1"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("warning: --recompute has no effect: the plain modules run, which keep every activation", result.Output);
    }

    [Fact]
    public void Memory_is_explained_without_a_run()
    {
        string[] arguments = _folder.Begin("run", "--engine", "plain", "--explain-memory", "true");
        CommandResult table = TrainingFolder.Train(arguments);
        Assert.Equal((0, ""), (table.ExitCode, table.Error));
        Assert.Contains("Adam's moments:", table.Output);
        CommandResult json = TrainingFolder.Train([.. arguments, "--json"]);
        JsonNode memory = JsonNode.Parse(json.Output)!;
        Assert.Equal("plain", (string?)memory["engine"]);
        Assert.Equal((long)memory["total_bytes"]!, memory["parts"]!.AsArray().Sum(part => (long)part!["bytes"]!));
        Assert.False(Directory.Exists(_folder.At("run")));

        // Of a run that is there, and which it leaves alone.
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("other", "--engine", "plain", "--time-limit", "0.001")).ExitCode);
        CommandResult ofRun = TrainingFolder.Train("--resume", _folder.At("other"), "--explain-memory", "--json");
        Assert.Equal((long)memory["total_bytes"]!, (long)JsonNode.Parse(ofRun.Output)!["total_bytes"]!);
        Assert.Equal([1], RunState.Checkpoints(_folder.At("other")));
    }
}
