using System.Text.Json.Nodes;
using NGpt.Cli.Commands;
using NGpt.Core.Checkpoints;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class StopAndContinueTests : IDisposable
{
    private const int ManySteps = 4000;

    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_saves_the_step_reached_and_the_run_resumes_from_there(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no command that sends a signal.");
        Assert.SkipWhen(StopSignalTests.Ignores(signal), $"This shell starts its background jobs with SIG{signal} ignored.");
        int reached;
        string run = _folder.At("stopped");
        // Long enough not to end before the signal arrives; continued, it is as long as the other one.
        using (TrainingProcess process = new(_folder, _folder.Begin("stopped", "--steps", $"{ManySteps}", "--schedule", "constant", "--checkpoint-interval", $"{ManySteps}", "--eval-interval", $"{ManySteps}")))
        {
            Assert.True(await process.WaitForSteps(9));
            await process.Send(signal);
            CommandResult result = await process.End();
            Assert.Equal((exitCode, ""), (result.ExitCode, result.Error));
            reached = process.Steps[^1];
            Assert.Equal([reached], process.Saved);
        }

        Assert.Equal(reached, RunState.Latest(run));
        int end = reached + 10;
        string[] rest = ["--schedule", "constant", "--checkpoint-interval", $"{ManySteps}", "--eval-interval", $"{ManySteps}", "--steps", $"{end}"];
        Assert.Equal(0, TrainingFolder.Train("--resume", run, "--steps", $"{end}", "--log-interval", "1").ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", rest)).ExitCode);
        RunState.AssertSame(_folder.At("whole"), run, end);
    }

    [Fact]
    public void A_time_limit_saves_and_returns_75()
    {
        CommandResult limited = TrainingFolder.Train(_folder.Begin("limited", "--time-limit", "0.001"));
        Assert.Equal((75, ""), (limited.ExitCode, limited.Error));
        Assert.Contains("time limit reached, saved", limited.Output);
        // One step at least, so that the same call over and over comes to an end.
        Assert.Equal([1], RunState.Checkpoints(_folder.At("limited")));
        Assert.Equal(0, TrainingFolder.Train("--resume", _folder.At("limited")).ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole")).ExitCode);
        RunState.AssertSame(_folder.At("whole"), _folder.At("limited"), TrainingFolder.Steps);
    }

    [Fact]
    public void A_run_that_was_killed_before_it_pointed_to_its_last_checkpoint_points_to_it_when_it_is_resumed()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole")).ExitCode);
        string checkpoints = _folder.At("whole", "checkpoints");
        string[] expected = Directory.GetDirectories(checkpoints);
        string[] pointers = [File.ReadAllText(Path.Combine(checkpoints, "latest")), File.ReadAllText(Path.Combine(checkpoints, "best"))];
        // As it was before the last save pointed and deleted.
        File.WriteAllText(Path.Combine(checkpoints, "latest"), CheckpointFolder.NameOf(25));
        File.WriteAllText(Path.Combine(checkpoints, "best"), CheckpointFolder.NameOf(20));
        File.WriteAllText(Path.Combine(checkpoints, ".latest.tmp-1-1"), "half");
        RunState.Copy(RunState.Checkpoint(_folder.At("whole"), 25), RunState.Checkpoint(_folder.At("whole"), 5));
        Assert.Equal(0, TrainingFolder.Train("--resume", _folder.At("whole"), "--sample-tokens", "0").ExitCode);
        Assert.Equal(pointers, (string[])[File.ReadAllText(Path.Combine(checkpoints, "latest")), File.ReadAllText(Path.Combine(checkpoints, "best"))]);
        Assert.Equal(expected.Order(), Directory.GetDirectories(checkpoints).Order());
        Assert.False(File.Exists(Path.Combine(checkpoints, ".latest.tmp-1-1")));
    }

    [Fact]
    public void A_mixture_resumes_at_its_place_and_other_weights_are_other_data()
    {
        string other = _folder.At("other.txt");
        TrainingFolder.WriteText(other, lines: 300, seed: 9);
        string[] mixture = ["--data", $"{_folder.Text}=0.7", "--data", $"{other}=0.3"];
        Assert.Equal(0, TrainingFolder.Train([.. Mixed("whole"), .. mixture]).ExitCode);
        Assert.Equal(75, TrainingFolder.Train([.. Mixed("parts"), .. mixture, "--time-limit", "0.001"]).ExitCode);
        Assert.Equal(0, TrainingFolder.Train("--resume", _folder.At("parts")).ExitCode);
        RunState.AssertSame(_folder.At("whole"), _folder.At("parts"), TrainingFolder.Steps);
        RunState.Copy(_folder.At("whole"), _folder.At("weights"));
        CommandResult changed = TrainingFolder.Train("--resume", RunState.Checkpoint(_folder.At("weights"), 25), "--data", $"{_folder.Text}=0.6", "--data", $"{other}=0.4");
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("the data has changed", changed.Error, StringComparison.Ordinal);
        // The loss is that of the sources with their weights.
        JsonObject evaluation = File.ReadLines(_folder.At("whole", "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject()).Last(line => line.ContainsKey("val_loss"));
        JsonNode[] sources = [.. evaluation["val_sources"]!.AsArray().Select(source => source!)];
        Assert.Equal([0.7, 0.3], sources.Select(source => (double)source["weight"]!));
        Assert.NotEqual((double)sources[0]["val_loss"]!, (double)sources[1]["val_loss"]!);
        Assert.Equal((0.7 * (double)sources[0]["val_loss"]!) + (0.3 * (double)sources[1]["val_loss"]!), (double)evaluation["val_loss"]!, 1e-12);
        // Tokens in the cache stand for a source that is gone.
        File.Delete(other);
        CommandResult again = TrainingFolder.Train("--resume", _folder.At("whole"), "--eval-only");
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        using StringWriter output = new();
        using StringWriter error = new();
        Assert.Equal(0, new CommandLine(new EvalCommand(new EngineScorerOptions())).Run(["eval", _folder.At("whole"), "--device", "cpu"], output, error));
    }

    private string[] Mixed(string run)
    {
        string[] begin = _folder.Begin(run);
        int data = Array.IndexOf(begin, "--data");
        return [.. begin[..data], .. begin[(data + 2)..]];
    }

    [Fact]
    public void A_run_of_random_windows_resumes_with_them()
    {
        string[] random = ["--sampling", "random", "--gradient-accumulation", "2"];
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", random)).ExitCode);
        // In parts, with what is given again and without it.
        Assert.Equal(75, TrainingFolder.Train([.. _folder.Begin("parts", random), "--time-limit", "0.001"]).ExitCode);
        RunState.Copy(_folder.At("whole"), _folder.At("back"));
        Assert.Equal(0, TrainingFolder.Train("--resume", _folder.At("parts"), "--sampling", "random").ExitCode);
        Assert.Equal(0, TrainingFolder.Train("--resume", RunState.Checkpoint(_folder.At("back"), 25)).ExitCode);
        RunState.AssertSame(_folder.At("whole"), _folder.At("parts"), TrainingFolder.Steps);
        RunState.AssertSame(_folder.At("whole"), _folder.At("back"), TrainingFolder.Steps);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("shuffled", "--gradient-accumulation", "2")).ExitCode);
        Assert.NotEqual(RunState.Metrics(_folder.At("shuffled"))[2], RunState.Metrics(_folder.At("whole"))[2]);
        Assert.Contains("--sampling has no effect: --eval-only", TrainingFolder.Train("--resume", _folder.At("whole"), "--eval-only", "--sampling", "random").Output);
    }

    [Fact]
    public void A_run_resumes_with_the_threads_that_it_had()
    {
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("run", "--threads", "1", "--time-limit", "0.001")).ExitCode);
        TrainingFolder.Train(_folder.Begin("other", "--threads", "2", "--steps", "1"));
        CommandResult result = TrainingFolder.Train("--resume", _folder.At("run"), "--steps", "2");
        Assert.Contains("cpu, 1 thread,", result.Output);
        Assert.DoesNotContain("rounds differently", result.Output);
        Assert.Contains("rounds differently", TrainingFolder.Train("--resume", _folder.At("run"), "--steps", "3", "--threads", "2").Output);
    }

    [Fact]
    public void Resume_auto_without_further_options_finds_the_newest_run()
    {
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder.Path;
        try
        {
            string[] begin = _folder.Begin("unused", "--preset", "nano", "--time-limit", "0.001");
            int at = Array.IndexOf(begin, "--out");
            Assert.Equal(75, TrainingFolder.Train([.. begin[..at], .. begin[(at + 2)..]]).ExitCode);
            CommandResult result = TrainingFolder.Train("--resume", "auto");
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Equal(TrainingFolder.Steps, RunState.Latest(Path.Combine("runs", "nano-ngpt")));
            Assert.Equal(2, TrainingFolder.Train("--resume", "auto", "--preset", "small").ExitCode);
            Assert.Equal(2, TrainingFolder.Train("--resume", "auto", "--arch", "gpt").ExitCode);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void A_name_that_another_process_is_just_taking_is_passed_over()
    {
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder.Path;
        try
        {
            // As after a start at the same moment: the folder is locked and has no configuration yet.
            Directory.CreateDirectory(Path.Combine("runs", "nano-ngpt"));
            using Core.Files.RunLock other = Core.Files.RunLock.Acquire(Path.Combine("runs", "nano-ngpt"));
            string[] begin = _folder.Begin("unused", "--preset", "nano");
            int at = Array.IndexOf(begin, "--out");
            CommandResult result = TrainingFolder.Train([.. begin[..at], .. begin[(at + 2)..]]);
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Equal(TrainingFolder.Steps, RunState.Latest(Path.Combine("runs", "nano-ngpt-2")));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void A_run_whose_loss_gets_no_better_stops_early_and_goes_further_with_more_patience()
    {
        // A rate that is far too high.
        string[] bad = ["--arch", "gpt", "--learning-rate", "10", "--warmup-steps", "0", "--steps", "60"];
        string run = _folder.At("run");
        CommandResult stopped = TrainingFolder.Train(_folder.Begin("run", [.. bad, "--patience", "2"]));
        Assert.Equal((0, ""), (stopped.ExitCode, stopped.Error));
        Assert.Contains("stopped early, since the held-out loss did not get better, at step", stopped.Output);
        int best = new Core.Checkpoints.RunFolder(run).Checkpoints.BestOrNewest!.Step!.Value;
        Assert.Equal(best + 8, RunState.Latest(run));
        Assert.InRange(RunState.Latest(run), 8, 56);
        Assert.Contains("stopped early", TrainingFolder.Train("--resume", run).Output);
        Assert.Equal(0, TrainingFolder.Train("--resume", run, "--patience", "0").ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", bad)).ExitCode);
        RunState.AssertSame(_folder.At("whole"), run, 60);
    }

    [Fact]
    public void A_program_receives_the_lines_of_the_metrics_and_one_that_ends_does_not_end_the_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are those of a Unix shell.");
        string copy = _folder.At("copy.jsonl");
        CommandResult result = TrainingFolder.Train(_folder.Begin("run", "--metrics-hook", $"cat > '{copy}'"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(File.ReadAllText(_folder.At("run", "metrics.jsonl")), File.ReadAllText(copy));
        Assert.DoesNotContain("metrics-hook", result.Output);
        Assert.DoesNotContain("cat >", File.ReadAllText(_folder.At("run", "config.json")));
        CommandResult stubborn = TrainingFolder.Train(_folder.Begin("stubborn", "--metrics-hook", "sleep 1000"));
        Assert.Equal((0, ""), (stubborn.ExitCode, stubborn.Error));
        Assert.Contains("warning: --metrics-hook sleep 1000: it did not end within 5 seconds after its input and is killed", stubborn.Output);
        CommandResult ended = TrainingFolder.Train(_folder.Begin("other", "--metrics-hook", "exit 3", "--steps", "300"));
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("warning: --metrics-hook exit 3: it has ended: it gets no more lines", ended.Output);
    }

    [Fact]
    public void Texts_are_generated_during_training()
    {
        CommandResult result = TrainingFolder.Train(_folder.Begin("run", "--sample-tokens", "7", "--sample-interval", "10"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] files = [.. Directory.GetFiles(_folder.At("run", "samples")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(["step-00000010.txt", "step-00000020.txt"], files);
        string text = File.ReadAllText(_folder.At("run", "samples", files[1]));
        Assert.True(text.Length >= 2, text);
        Assert.Contains($"step 20/30  sample:\n{text}\n", result.Output.ReplaceLineEndings("\n"));
        Assert.True(File.Exists(_folder.At("run", "sample.txt")));
        // They change nothing else.
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole")).ExitCode);
        RunState.AssertSame(_folder.At("whole"), _folder.At("run"), TrainingFolder.Steps);
    }

    [Fact]
    public void A_complete_run_says_so_and_is_left_alone()
    {
        string run = _folder.At("run");
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("run", "--sample-tokens", "5")).ExitCode);
        Dictionary<string, DateTime> before = Times(run);
        CommandResult again = TrainingFolder.Train("--resume", run);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Contains($"{run} is complete, {TrainingFolder.Steps} of {TrainingFolder.Steps} steps", again.Output);
        Assert.Contains($"finished at step {TrainingFolder.Steps}", again.Output);
        Assert.Equal(before, Times(run));

        CommandResult longer = TrainingFolder.Train("--resume", run, "--steps", $"{TrainingFolder.Steps + 6}");
        Assert.Equal((0, ""), (longer.ExitCode, longer.Error));
        Assert.Equal(TrainingFolder.Steps + 6, RunState.Latest(run));
        Assert.Equal(Enumerable.Range(1, TrainingFolder.Steps + 6), TrainingSteps(run));
    }

    [Fact]
    public void An_earlier_checkpoint_can_be_continued_and_ends_the_same()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole")).ExitCode);
        string back = _folder.At("back");
        RunState.Copy(_folder.At("whole"), back);
        CommandResult result = TrainingFolder.Train("--resume", RunState.Checkpoint(back, 25));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("resuming from step 25", result.Output);
        RunState.AssertSame(_folder.At("whole"), back, TrainingFolder.Steps);
    }

    [Fact]
    public void A_new_run_from_weights_starts_at_step_0_and_survives_a_loss_of_its_checkpoints()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("first", "--steps", "7")).ExitCode);
        string[] options = ["--init-from", _folder.At("first"), "--seed", "5", "--steps", "6"];
        CommandResult result = TrainingFolder.Train(_folder.Begin("second", options));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(Enumerable.Range(1, 6), TrainingSteps(_folder.At("second")));
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("fresh", "--seed", "5", "--steps", "6")).ExitCode);
        Assert.NotEqual(RunState.Metrics(_folder.At("fresh"))[1], RunState.Metrics(_folder.At("second"))[1]);

        string lost = _folder.At("lost");
        RunState.Copy(_folder.At("second"), lost);
        Directory.Delete(Path.Combine(lost, "checkpoints"), recursive: true);
        Assert.Equal(0, TrainingFolder.Train("--resume", lost).ExitCode);
        RunState.AssertSame(_folder.At("second"), lost, 6);
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_and_another_seed_others()
    {
        foreach ((string name, string seed) in new[] { ("a", "3"), ("b", "3"), ("c", "4") })
        {
            Assert.Equal(0, TrainingFolder.Train(_folder.Begin(name, "--seed", seed, "--steps", "9", "--threads", "2")).ExitCode);
        }

        RunState.AssertSame(_folder.At("a"), _folder.At("b"), 9);
        Assert.NotEqual(RunState.Metrics(_folder.At("a"))[2], RunState.Metrics(_folder.At("c"))[2]);
    }

    private static IEnumerable<int> TrainingSteps(string run) => RunState.Metrics(run)
        .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!)
        .Where(entry => entry["loss"] is not null)
        .Select(entry => (int)entry["step"]!);

    private static Dictionary<string, DateTime> Times(string run) => Directory
        .GetFiles(run, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "run.lock")
        .ToDictionary(file => file, File.GetLastWriteTimeUtc);
}
