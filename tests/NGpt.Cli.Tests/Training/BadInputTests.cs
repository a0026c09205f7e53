using System.Text;
using NGpt.Core.Checkpoints;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class BadInputTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("missing.txt", 2, "missing.txt: there is no such file or folder", "a UTF-8 text file")]
    [InlineData("empty.txt", 1, "empty.txt: the file is empty", "give a file with text")]
    [InlineData("tiny.txt", 2, "tokens, fewer than the 18 of one window", "--context-length")]
    [InlineData("one.txt", 2, "too little to hold some out", "give more text")]
    [InlineData("binary.bin", 1, "the file is binary: NUL byte at offset 3", "UTF-8")]
    [InlineData("latin1.txt", 1, "the file is not UTF-8: byte 0xF6 at offset 2", "iconv")]
    [InlineData("utf16.txt", 1, "UTF-16", "iconv")]
    [InlineData("folder", 2, "holds no usable text", "UTF-8")]
    public void Unusable_data_is_named_before_anything_is_written(string name, int exitCode, string problem, string remedy)
    {
        File.WriteAllText(_folder.At("empty.txt"), "");
        File.WriteAllText(_folder.At("tiny.txt"), "to be or not to be, that is the question");
        File.WriteAllText(_folder.At("one.txt"), "x");
        File.WriteAllBytes(_folder.At("binary.bin"), [1, 2, 3, 0, 5, 6, 7]);
        File.WriteAllBytes(_folder.At("latin1.txt"), [(byte)'s', (byte)'c', 0xF6, (byte)'n', (byte)'\n']);
        File.WriteAllText(_folder.At("utf16.txt"), "Wörter", Encoding.Unicode);
        Directory.CreateDirectory(_folder.At("folder"));
        CommandResult result = TrainingFolder.Train(_folder.Begin("run", "--data", _folder.At(name)));
        AssertOneLine(result, exitCode, problem, remedy);
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Theory]
    [InlineData("--context-length 5000", "validation data has", "--context-length")]
    [InlineData("--embedding-width 20", "embedding width 20 is not divisible by 3 heads", "18 and 24")]
    [InlineData("--embedding-width 15", "head width 15/3 = 5 is odd", "12 and 18")]
    [InlineData("--lyers 3", "unknown option --lyers", "did you mean --layers?")]
    [InlineData("--layers three", "--layers", "three")]
    [InlineData("--layers 0", "layers must be between 1 and 1000", "not 0")]
    [InlineData("--learning-rate -1", "learning rate must be above 0", "not -1")]
    [InlineData("--learning-rate 1e39", "learning rate must be at most 1E+30", "not 1E+39")]
    [InlineData("--steps 0", "steps must be at least 1", "not 0")]
    [InlineData("--preset tiny", "unknown preset \"tiny\"", "nano, small")]
    [InlineData("--tokenizer words", "words", "bytes")]
    [InlineData("--sampling all", "\"all\" is not one of shuffled, random", "")]
    [InlineData("--packing document", "\"document\" is not one of stream, documents", "")]
    [InlineData("--device tpu", "tpu", "cpu")]
    [InlineData("--config run.toml", "run.toml:2: unknown key learning_rat", "did you mean learning_rate?")]
    [InlineData("--config missing.toml", "missing.toml", "does not exist")]
    [InlineData("--init-from nowhere", "nowhere: there is no such folder", "runs/")]
    [InlineData("--eval-only", "--eval-only needs a model", "--resume")]
    [InlineData("--resume auto --init-from x", "--resume resumes a run and --init-from starts a new one", "give one")]
    [InlineData("--resume nowhere", "nowhere: there is no such folder", "--resume auto")]
    [InlineData("--resume cache", "neither a run nor a checkpoint", "--init-from")]
    [InlineData("--resume auto", "has no run to resume", "Leave --resume out")]
    public void Wrong_usage_is_named_before_anything_is_written(string options, string problem, string remedy)
    {
        File.WriteAllText(_folder.At("run.toml"), "layers = 2\nlearning_rat = 0.1\n");
        Directory.CreateDirectory(_folder.Cache);
        string[] given = [.. options.Split(' ').Select(word => word is "cache" or "nowhere" || word.EndsWith(".toml", StringComparison.Ordinal) ? _folder.At(word) : word)];
        CommandResult result = TrainingFolder.Train(_folder.Begin("run", given));
        AssertOneLine(result, 2, problem, remedy);
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Fact]
    public async Task A_real_process_fails_in_the_same_way()
    {
        using TrainingProcess process = new(_folder, _folder.Begin("run", "--data", "missing.txt"));
        AssertOneLine(await process.End(), 2, "missing.txt: there is no such file or folder", "a UTF-8 text file");
    }

    [Fact]
    public void Nothing_of_another_run_is_overwritten_or_mixed()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("run", "--steps", "6")).ExitCode);
        string run = _folder.At("run");
        AssertOneLine(TrainingFolder.Train(_folder.Begin("run")), 2, "already holds a run", $"--resume {run}");
        AssertOneLine(Resume("--steps", "5"), 2, "has 6 steps, more than the 5 asked for", "larger --steps");
        AssertOneLine(
            Resume("--layers", "3", "--weight-decay", "0.5"), 2, "layers is 2 in this run, not 3; weight-decay is 0 in this run, not 0.5", "leave these options out");
        AssertOneLine(
            Resume("--sampling", "random", "--packing", "documents"), 2, "sampling is shuffled in this run, not random; packing is stream in this run, not documents", "--init-from");
        AssertOneLine(Resume("--arch", "gpt"), 2, "arch is ngpt in this run, not gpt", "--init-from");
        AssertOneLine(
            TrainingFolder.Train(_folder.Begin("other", "--init-from", run, "--embedding-width", "24", "--layers", "1")), 2,
            "layers is 2 there, 1 here; embedding width is 18 there, 24 here", "same sizes");
        Assert.False(Directory.Exists(_folder.At("other")));

        using (Core.Files.RunLock.Acquire(run))
        {
            AssertOneLine(Resume("--steps", "9"), 1, "is in use by process", "wait for it or stop it");
            AssertOneLine(TrainingFolder.Train(_folder.Begin("run")), 1, "is in use by process", "another folder");
        }

        TrainingFolder.WriteText(_folder.Text, 300, seed: 2);
        AssertOneLine(Resume("--steps", "9", "--data", _folder.Text), 1, "the data has changed since the run began", "--init-from");
        File.Delete(_folder.Text);
        AssertOneLine(Resume("--steps", "9", "--data", _folder.Text), 2, "text.txt: there is no such file", "a UTF-8 text file");
        Assert.Equal([4, 5, 6], RunState.Checkpoints(run));

        // The tokens that the run was trained on are in the cache.
        CommandResult resumed = Resume("--steps", "7");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("as prepared when the run began", resumed.Output, StringComparison.Ordinal);

        // Under the name that the run has for them, though another file has the same tokens.
        string copy = _folder.At("copy.txt");
        TrainingFolder.WriteText(copy, 400, seed: 1);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("copy", "--data", copy)).ExitCode);
        Assert.Contains($"data: {_folder.Text}, as prepared", Resume("--steps", "8").Output, StringComparison.Ordinal);

        CommandResult Resume(params string[] more) => TrainingFolder.Train(["--resume", run, .. more]);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("trainer_state.json")]
    public void A_run_without_a_whole_checkpoint_is_refused_and_stays_as_it_is(string damaged)
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("run", "--steps", "6", "--keep-checkpoints", "1")).ExitCode);
        string run = _folder.At("run");
        foreach (int step in RunState.Checkpoints(run))
        {
            File.Delete(Path.Combine(RunState.Checkpoint(run, step), damaged));
        }

        Dictionary<string, byte[]> before = Contents(run);
        AssertOneLine(TrainingFolder.Train("--resume", run), 1, $"no checkpoint of {run} can be resumed from", "--init-from");
        Assert.Equal(before, Contents(run));

        static Dictionary<string, byte[]> Contents(string folder) =>
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
    }

    [Fact]
    public void Damaged_and_foreign_checkpoints_are_refused()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("run", "--steps", "6")).ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("wide", "--steps", "6", "--batch-size", "5")).ExitCode);
        string run = _folder.At("run");
        string foreign = RunState.Checkpoint(run, 5);
        Directory.Delete(foreign, recursive: true);
        RunState.Copy(RunState.Checkpoint(_folder.At("wide"), 5), foreign);
        AssertOneLine(TrainingFolder.Train("--resume", foreign), 1, "is not of this run: 25 windows", "another checkpoint");

        string newest = RunState.Checkpoint(run, 6);
        Corrupt("model.safetensors", bytes => bytes[..^1], "truncated");
        Corrupt("model.safetensors", bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)], "has changed since it was written");
        Corrupt("trainer_state.json", bytes => bytes[..40], "damaged or truncated");
        Corrupt("trainer_state.json", bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\"version\": 1", "\"version\": 9", StringComparison.Ordinal)), "version 9");
        Corrupt("trainer_state.json", bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\"step\": 6,\n  \"data", "\"step\": 7,\n  \"data", StringComparison.Ordinal)), "is of step 7");
        // Continuing needs the moments; beginning anew from the weights does not.
        Corrupt("optimizer.safetensors", _ => [], "0 bytes long", isNeededToBegin: false);

        // Without the state that has the digests, as another program would write it.
        string bare = _folder.At("bare");
        RunState.Copy(newest, bare);
        File.Delete(Path.Combine(bare, "trainer_state.json"));
        File.WriteAllBytes(Path.Combine(bare, "model.safetensors"), [9, 9, 9]);
        AssertOneLine(TrainingFolder.Train(_folder.Begin("new", "--init-from", bare)), 1, "model.safetensors", "");
        File.WriteAllText(Path.Combine(bare, "config.json"), """{"model_type":"llama","hidden_size":8}""");
        AssertOneLine(TrainingFolder.Train(_folder.Begin("new", "--init-from", bare)), 1, "config.json", "");
        File.WriteAllText(_folder.At("run", "config.json"), "{");
        AssertOneLine(TrainingFolder.Train("--resume", run), 1, "config.json", "");
        File.Delete(_folder.At("run", "config.json"));
        AssertOneLine(TrainingFolder.Train(_folder.Begin("run")), 2, "without its config.json", "--out");

        void Corrupt(string file, Func<byte[], byte[]> change, string problem, bool isNeededToBegin = true)
        {
            string path = Path.Combine(newest, file);
            byte[] good = File.ReadAllBytes(path);
            File.WriteAllBytes(path, change(good));
            AssertOneLine(TrainingFolder.Train("--resume", newest, "--steps", "9"), 1, problem, "ngpt|another checkpoint");
            if (isNeededToBegin)
            {
                AssertOneLine(TrainingFolder.Train(_folder.Begin("new", "--init-from", newest)), 1, problem, "ngpt|another checkpoint");
                Assert.False(Directory.Exists(_folder.At("new")));
            }

            File.WriteAllBytes(path, good);
        }
    }

    [Theory]
    [InlineData("gpt", "1e30", "4")]
    [InlineData("ngpt", "1e30", "1")]
    [InlineData("gpt", "1e15", "1")]
    [InlineData("gpt", "1e30", "1000")]
    public void A_run_that_is_not_finite_stops_with_a_finite_checkpoint(string architecture, string rate, string evalInterval)
    {
        string[] begin = _folder.Begin("run", "--arch", architecture, "--learning-rate", "0.01", "--schedule", "constant", "--warmup-steps", "0", "--steps", "5", "--checkpoint-interval", "1");
        Assert.Equal(0, TrainingFolder.Train(begin).ExitCode);
        CommandResult result = TrainingFolder.Train(_folder.Begin(
            "wild", "--arch", architecture, "--init-from", _folder.At("run"), "--learning-rate", rate, "--schedule", "constant", "--warmup-steps", "0",
            "--steps", "50", "--checkpoint-interval", "1", "--eval-interval", evalInterval));
        AssertOneLine(result, 1, "is not finite", "--learning-rate");
        foreach (int step in RunState.Checkpoints(_folder.At("wild")))
        {
            CheckpointFolder checkpoint = new(RunState.Checkpoint(_folder.At("wild"), step));
            checkpoint.Verify();
            using Core.Files.SafetensorsFile weights = Core.Files.SafetensorsFile.Open(Path.Combine(checkpoint.Path, "model.safetensors"));
            foreach (Core.Files.TensorInfo tensor in weights.TensorList)
            {
                float[] values = new float[tensor.ByteLength / sizeof(float)];
                weights.Read(tensor.Name, values);
                Assert.All(values, value => Assert.True(float.IsFinite(value)));
            }
        }

        Assert.All(RunState.Metrics(_folder.At("wild")), line => Assert.StartsWith("{\"step\":", line));
    }

    private static void AssertOneLine(CommandResult result, int exitCode, string problem, string remedy)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(result.Error.TrimEnd());
        Assert.StartsWith("ngpt: ", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Contains(problem, result.Error);
        Assert.Contains(remedy.Split('|'), word => result.Error.Contains(word, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(" at NGpt.", result.Error);
        Assert.DoesNotContain("internal error", result.Error);
        Assert.Equal(exitCode, result.ExitCode);
    }
}
