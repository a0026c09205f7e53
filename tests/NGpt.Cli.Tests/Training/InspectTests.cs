using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Lab.Inspection;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class InspectTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TwoRunsStandSideBySide()
    {
        Train("ngpt", "one");
        Train("gpt", "two");
        CommandResult result = Inspect(_folder.At("one"), _folder.At("two"), "--windows", "2", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("nGPT: singular values of the projections\n", result.Error);
        Assert.Contains("GPT: losses at a context of 136\n", result.Error);
        using JsonDocument document = JsonDocument.Parse(Assert.Single(result.Output.TrimEnd().Split('\n')));
        JsonElement[] models = [.. document.RootElement.GetProperty("models").EnumerateArray()];
        Assert.Equal(["nGPT", "GPT"], models.Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(1, Number(models[0], "token_embedding", "norms", "min"), 1e-6);
        Assert.InRange(Number(models[1], "token_embedding", "norms", "max"), 0.01, 0.5);
        Assert.Equal(2, models[0].GetProperty("condition_numbers").GetProperty("gate").GetArrayLength());
        Assert.Equal(2, models[0].GetProperty("scales").GetProperty("query_key").GetArrayLength());
        Assert.True(Number(models[0], "norm_errors", "down") < 1e-6);
        Assert.Empty(models[1].GetProperty("scales").EnumerateObject());
        JsonElement text = models[1].GetProperty("text");
        Assert.Equal(4, text.GetProperty("step_angle_degrees").GetArrayLength());
        Assert.Equal([17, 34, 68, 136], text.GetProperty("contexts").EnumerateArray().Select(context => context.GetProperty("tokens").GetInt32()));
        Assert.Equal(2 * 136, text.GetProperty("tokens").GetInt32());
        Assert.All(text.GetProperty("contexts").EnumerateArray(), context => Assert.InRange(context.GetProperty("loss").GetDouble(), 0.5, 6));
        Assert.Empty(document.RootElement.GetProperty("cautions").EnumerateArray());
        string page = document.RootElement.GetProperty("report").GetString()!;
        Assert.Equal(_folder.At("report", "report.html"), page);
        Assert.Contains("ngpt inspect", File.ReadAllText(page));
        Assert.Equal(17, Directory.GetFiles(_folder.At("report", "figures"), "*.svg").Length);
        Assert.Equal(8, Directory.GetFiles(_folder.At("report", "tables")).Length);
        // The same again is the same.
        CommandResult again = Inspect(_folder.At("one"), _folder.At("two"), "--windows", "2");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("condition of attention matrices", again.Output);
        Assert.Contains("loss at 8 × context, nats per token", again.Output);
        Assert.EndsWith($"\nreport: {page}\n", again.Output);
    }

    [Fact]
    public void ModelsThatCannotBeReadAreNamedAndLeftOut()
    {
        Train("ngpt", "good");
        Train("gpt", "damaged");
        string model = Path.Combine(RunState.Checkpoint(_folder.At("damaged"), 6), "model.safetensors");
        byte[] bytes = File.ReadAllBytes(model);
        bytes[^1] ^= 1;
        File.WriteAllBytes(model, bytes);
        Directory.CreateDirectory(_folder.At("unfinished"));
        File.Copy(_folder.At("good", "config.json"), _folder.At("unfinished", "config.json"));
        CommandResult result = Inspect(_folder.At("missing"), _folder.At("damaged"), _folder.At("good"), _folder.At("unfinished"), _folder.Cache, "--skip-data", "--checkpoint", "latest");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"warning: {_folder.At("missing")}: there is no such folder: skipped\n", result.Error);
        Assert.Contains("has changed since it was written: skipped\n", result.Error);
        Assert.Contains($"{_folder.At("unfinished")}: the run has no checkpoint yet: skipped\n", result.Error);
        Assert.Contains($"{_folder.Cache}: is neither a run folder nor a checkpoint folder: skipped\n", result.Error);
        Assert.Contains("norm of token embeddings", result.Output);
        Assert.DoesNotContain("angle", result.Output);

        AssertFails(1, "has changed since it was written", _folder.At("damaged"), "--checkpoint", "6");
        AssertFails(2, "there is no such folder", _folder.At("missing"));
        AssertFails(1, "the run has no checkpoint yet", _folder.At("unfinished"));
        AssertFails(1, "none of the models can be inspected", _folder.At("missing"), _folder.At("damaged"), "--checkpoint", "6");
        AssertFails(1, "there is no checkpoint of step 3. Give one of 5, 6, or best or latest", _folder.At("good"), "--checkpoint", "3");
    }

    [Fact]
    public void ACheckpointOnItsOwnSaysWhatItLacksAndMeasuresGivenData()
    {
        Train("ngpt", "run");
        RunState.Copy(RunState.Checkpoint(_folder.At("run"), 5), _folder.At("alone"));
        CommandResult alone = Inspect(_folder.At("alone"), "--windows", "1");
        Assert.Equal(0, alone.ExitCode);
        Assert.Contains("nGPT is a checkpoint outside a run, so that its data are unknown: angles of the residual stream and losses are not measured; give text or prepared tokens with --data", alone.Error);
        Assert.DoesNotContain("loss at", alone.Output);

        TrainingFolder.WriteText(_folder.At("other.txt"), 20, seed: 8);
        CommandResult other = Inspect(_folder.At("alone"), "--windows", "1", "--data", _folder.At("other.txt"));
        Assert.Equal(0, other.ExitCode);
        Assert.Contains("loss at 1 × context, nats per token", other.Output);
        Assert.DoesNotContain("loss at 8 × context", other.Output);
        Assert.Contains("tokens are not measured: the held-out data has", other.Error);

        // Inside its run a checkpoint finds the run's data.
        CommandResult inside = Inspect(RunState.Checkpoint(_folder.At("run"), 5), "--windows", "1");
        Assert.Contains("loss at 8 × context", inside.Output);
        Assert.Contains("nGPT is at step 5 of 6 of its run", inside.Error);
    }

    [Fact]
    public void RunsOfOneKindAreToldApartByTheirFoldersAndDifferentDataByBitsPerByte()
    {
        TrainingFolder.WriteText(_folder.Text, 400, seed: 77);
        Train("ngpt", "first");
        Train("ngpt", "second", "--tokenizer", "characters");
        CommandResult result = Inspect(_folder.At("first"), _folder.At("second"), _folder.At("first"), "--windows", "1", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("is given more than once and inspected once", result.Error);
        Assert.Contains("loss at 1 × context, bits per byte", result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal(["nGPT first", "nGPT second"], document.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Contains(document.RootElement.GetProperty("cautions").EnumerateArray(), caution => caution.GetString()!.Contains("losses are in bits per byte", StringComparison.Ordinal));
        Assert.Contains("warning: the models have different sizes, from ", result.Error);

        TrainingFolder.WriteText(_folder.Text, 390, seed: 3);
        Assert.DoesNotContain("have changed", Inspect(_folder.At("first"), "--windows", "1").Error);
        TrainingFolder.ForgetTokens(_folder.At("first"));
        Assert.Contains("the data have changed since the run started", Inspect(_folder.At("first"), "--windows", "1").Error);
        File.Delete(_folder.Text);
        CommandResult gone = Inspect(_folder.At("first"), "--windows", "1");
        Assert.Equal(0, gone.ExitCode);
        Assert.Contains("text.txt: there is no such file or folder: angles of the residual stream and losses are not measured", gone.Error);
    }

    [Fact]
    public void WrongUsageIsOneLine()
    {
        AssertFails(2, "--windows 0 is outside 1 to 10000", "runs/a", "--windows", "0");
        AssertFails(2, "--checkpoint \"newest\" is not best, latest or the number of a step", "runs/a", "--checkpoint", "newest");
        AssertFails(2, "--data and --skip-data are both given", "runs/a", "--data", "x", "--skip-data");
        AssertFails(2, "--threads: must be between 1 and 1024, not 0", "runs/a", "--threads", "0");
        AssertFails(2, "required argument 'RUN' missing");
        AssertFails(2, "text.txt is a file", "runs/a", "--out", _folder.Text);
    }

    [Fact]
    public void AnInspectionCanBeStopped()
    {
        Train("gpt", "run");
        using CancellationTokenSource stop = new();
        StageObserver observer = new(stage =>
        {
            if (stage == "residual stream")
            {
                stop.Cancel();
            }
        });
        InspectionRequest request = new() { Paths = [_folder.At("run")] };
        Assert.Throws<OperationCanceledException>(() => Inspector.Inspect(request, observer, stop.Token));
        Assert.Equal(["embeddings", "singular values of the projections", "held-out data", "residual stream"], observer.Stages);
    }

    private sealed class StageObserver(Action<string> onStage) : IPreparationObserver
    {
        public List<string> Stages { get; } = [];

        public void OnPreparing(string message)
        {
            if (message.StartsWith("GPT: ", StringComparison.Ordinal))
            {
                Stages.Add(message[5..]);
                onStage(message[5..]);
            }
        }

        public void OnWarning(string message)
        {
        }
    }

    private void Train(string architecture, string run, params string[] more) =>
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin(run, ["--arch", architecture, "--steps", "6", "--eval-interval", "6", .. more])).ExitCode);

    private CommandResult Inspect(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new InspectCommand()).Run(["inspect", .. arguments.Contains("--out") ? [] : new[] { "--out", _folder.At("report") }, .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    private void AssertFails(int exitCode, string problem, params string[] arguments)
    {
        bool hadReport = Directory.Exists(_folder.At("report"));
        CommandResult result = Inspect(arguments);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        string last = result.Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("ngpt: ", last);
        Assert.Contains(problem, last, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(_folder.At("report")) && !hadReport && exitCode == 2);
    }

    private static double Number(JsonElement element, params string[] path) => path.Aggregate(element, (at, name) => at.GetProperty(name)).GetDouble();
}
