using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Evaluation;

[Collection(OneAtATime.Name)]
public sealed class EvalCommandTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private readonly TrainingFolder _folder = trained.Folder;
    private readonly string _run = trained.Folder.At("run");

    [Fact]
    public void The_runs_own_held_out_text_has_the_loss_of_training()
    {
        CommandResult inTraining = TrainingFolder.Train("--eval-only", "--resume", _run, "--device", "cpu", "--threads", "1", "--json");
        Assert.Equal(0, inTraining.ExitCode);
        JsonElement expected = LastLine(inTraining).GetProperty("last_evaluation");
        long tokens = expected.GetProperty("tokens").GetInt64();
        // Training measures whole windows; the few tokens behind the last one are left out here too.
        CommandResult measured = Eval(_run, "--max-tokens", $"{tokens}", "--json");
        Assert.Equal(0, measured.ExitCode);
        JsonElement text = LastLine(measured).GetProperty("text");
        Assert.Equal((tokens, tokens / 17, 17), (text.GetProperty("tokens").GetInt64(), text.GetProperty("windows").GetInt64(), text.GetProperty("context_length").GetInt32()));
        foreach (string figure in (string[])["loss", "perplexity", "bits_per_byte"])
        {
            double value = expected.GetProperty(figure).GetDouble();
            Assert.Equal(value, text.GetProperty(figure).GetDouble(), 1e-6 * value);
        }

        // With --json everything for people goes to standard error.
        Assert.Single(measured.Output.TrimEnd().Split('\n'));
        Assert.Contains("bits per byte:", measured.Error);
        JsonElement all = LastLine(Eval(_run, "--json")).GetProperty("text");
        Assert.InRange(all.GetProperty("tokens").GetInt64(), tokens, tokens + 16);
        Assert.Equal(all.GetProperty("tokens").GetInt64(), all.GetProperty("by_position").EnumerateArray().Sum(position => position.GetProperty("tokens").GetInt64()));
    }

    [Fact]
    public void A_text_is_shown_with_its_figures()
    {
        string text = _folder.At("other.txt");
        TrainingFolder.WriteText(text, 20, seed: 9);
        CommandResult result = Eval(trained.Checkpoint, "--data", text, "--context-length", "40", "--stride", "7", "--by-position");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning: the model was trained with 17 tokens at once and sees 40 here", result.Error);
        long bytes = new FileInfo(text).Length;
        Assert.Contains($" of 40 tokens, a stride of 7", result.Output);
        Assert.Contains($"tokens:        {bytes - 1:N0}, {bytes - 1:N0} bytes", result.Output);
        Assert.Matches(@"loss:          \d\.\d{4} ±\d\.\d{4} nats per token", result.Output);
        Assert.Matches(@"(?m)^33 to 40 +\d", result.Output);
        Assert.DoesNotContain("by_position", result.Output);
    }

    [Fact]
    public void Tasks_are_shown_together_and_with_what_was_left_out()
    {
        string words = Write("words.jsonl", [.. Enumerable.Repeat("""{"text":"sphere of norm"}""", 10), "{oops"]);
        string gaps = Write("gaps.jsonl", [.. Enumerable.Range(0, 4).Select(i => $$"""{"sentence":"the _ scale","option1":"unit","option2":"norm","answer":"{{1 + (i % 2)}}"}""")]);
        string arc = Write("arc.jsonl", [.. Enumerable.Repeat("""{"question":"What is a unit vector in a space of many dimensions?","choices":{"text":["norm","sphere"],"label":["A","B"]},"answerKey":"B"}""", 3)]);
        CommandResult result = Eval(_run, "--task", words, "--task", $"winogrande={gaps}", "--task", $"arc-challenge={arc}", "--json");
        Assert.Equal(0, result.ExitCode);
        JsonElement root = LastLine(result);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("text").ValueKind);
        JsonElement[] tasks = [.. root.GetProperty("tasks").EnumerateArray()];
        Assert.Equal(["lambada", "winogrande", "arc-challenge"], tasks.Select(task => task.GetProperty("task").GetString()));
        Assert.Equal([10, 4, 3], tasks.Select(task => task.GetProperty("questions").GetInt32()));
        // The same question with either answer is right once.
        Assert.Equal((0.5, Math.Sqrt(0.25 / 3)), (tasks[1].GetProperty("acc").GetDouble(), tasks[1].GetProperty("acc_stderr").GetDouble()));
        Assert.Equal([1, 0, 0], tasks.Select(task => task.GetProperty("unusable_records").GetInt32()));
        Assert.Equal([0, 0, 3], tasks.Select(task => task.GetProperty("cut_contexts").GetInt32()));
        Assert.True(tasks[0].TryGetProperty("perplexity", out _));
        Assert.True(tasks[2].TryGetProperty("acc_norm", out _));
        Assert.False(tasks[1].TryGetProperty("acc_norm", out _));
        Assert.Contains("arc-challenge: 3 contexts cut", result.Error);
        Assert.Contains($"{words}, line 11: it is not valid JSON", result.Error);
        Assert.Equal(2, LastLine(Eval(_run, "--task", words, "--limit", "2", "--json")).GetProperty("tasks")[0].GetProperty("questions").GetInt32());
    }

    [Theory]
    [InlineData("RUN --stride 18", 2, "--stride 18 is above the context length 17")]
    [InlineData("RUN --stride 0 --split x --dtype f64 --limit 0 --batch-size 0 --task arc=TEXT --device tpu", 2, "--split \"x\" is not one of validation, train; unknown task arc")]
    [InlineData("RUN --task none.jsonl", 2, "--task none.jsonl: there is no file none.jsonl")]
    [InlineData("RUN --task TEXT", 1, "text.txt: no record tells which task it is; line 1: it is not valid JSON (byte ")]
    [InlineData("RUN --task hellaswag=TEXT --task lambada=TEXT", 1, "400 of 400 records are not in hellaswag's format: line 1: it is not valid JSON")]
    [InlineData("RUN --data none.txt", 2, "none.txt")]
    [InlineData("RUN --engine runtime --dtype bf16", 2, "--engine runtime computes on the processor in float32, not with --dtype bf16. Give --engine torch")]
    [InlineData("TEXT --engine torch", 2, "text.txt is a file, which only the runtime reads: it does not go with --engine torch. Give the run")]
    [InlineData("RUN --engine fast", 2, "--engine \"fast\" is not one of auto, runtime, torch")]
    [InlineData("RUN --threads 0", 2, "--threads: must be between 1 and 1024, not 0")]
    [InlineData("none", 2, "none: there is no such folder")]
    [InlineData("COPY", 2, "is a checkpoint without its run: nothing says what text was held out. Give --data, or a run folder")]
    [InlineData("RUN --packing documents", 2, "--packing documents needs a token between documents")]
    public void Wrong_input_is_one_line(string arguments, int exitCode, string problem)
    {
        string copy = _folder.At("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(trained.Checkpoint))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        CommandResult result = Eval([.. arguments.Split(' ').Select(word =>
            word.Replace("RUN", _run, StringComparison.Ordinal).Replace("TEXT", _folder.Text, StringComparison.Ordinal).Replace("COPY", copy, StringComparison.Ordinal))]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(problem, result.Error);
        Assert.Equal(result.Error.Length, result.Error.IndexOf('\n', StringComparison.Ordinal) + 1);
    }

    [Fact]
    public void Options_without_effect_are_named()
    {
        string words = Write("words.jsonl", ["""{"text":"sphere of norm"}"""]);
        CommandResult tasks = Eval(_run, "--task", words, "--stride", "3", "--by-position");
        Assert.Equal(0, tasks.ExitCode);
        Assert.Contains("warning: --stride has no effect: only tasks are measured", tasks.Error);
        Assert.Contains("warning: --by-position has no effect", tasks.Error);
        CommandResult text = Eval(_run, "--limit", "3", "--data", _folder.Text, "--max-tokens", "40");
        Assert.Contains("warning: --limit has no effect: there is no --task", text.Error);
        Assert.Contains("is what the model was trained on: give --split validation", text.Error);
        Assert.Contains("tokens:        40, 40 bytes", text.Output);
    }

    [Theory]
    [InlineData("--split", "validation")]
    [InlineData("--context-length", "40", "--stride", "7")]
    public void The_runtime_and_libtorch_measure_the_same(params string[] arguments)
    {
        JsonElement[] texts =
        [
            .. new[] { "torch", "runtime" }.Select(engine =>
                LastLine(Eval([_run, "--data", _folder.Text, "--max-tokens", "900", .. arguments, "--engine", engine, "--json"])).GetProperty("text")),
        ];
        Assert.Equal(texts[0].GetProperty("tokens").GetInt64(), texts[1].GetProperty("tokens").GetInt64());
        double loss = texts[0].GetProperty("loss").GetDouble();
        Assert.InRange(texts[1].GetProperty("loss").GetDouble(), loss * (1 - 1e-5), loss * (1 + 1e-5));
    }

    [Fact]
    public void The_small_program_measures_the_same()
    {
        CommandResult full = Eval(_run, "--json");
        using StringWriter output = new();
        using StringWriter error = new();
        CommandLine small = new("ngpt-runtime", "small", [new EvalCommand(new RuntimeScorerOptions())]);
        Assert.Equal(0, small.Run(["eval", _run, "--json"], output, error));
        using JsonDocument json = JsonDocument.Parse(output.ToString());
        Assert.Equal(LastLine(full).GetProperty("text").GetProperty("loss").GetDouble(), json.RootElement.GetProperty("text").GetProperty("loss").GetDouble(), 6);
        Assert.Equal(2, small.Run(["eval", _run, "--device", "cuda"], output, error));
        Assert.Contains("ngpt-runtime: unknown option --device", error.ToString());
    }

    private static JsonElement LastLine(CommandResult result)
    {
        using JsonDocument json = JsonDocument.Parse(result.Output.TrimEnd().Split('\n')[^1]);
        return json.RootElement.Clone();
    }

    private static CommandResult Eval(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new EvalCommand(new EngineScorerOptions())).Run(["eval", .. arguments, .. arguments.Contains("--device") ? Array.Empty<string>() : ["--device", "cpu"]], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    private string Write(string name, string[] lines)
    {
        File.WriteAllLines(_folder.At(name), lines);
        return _folder.At(name);
    }
}
