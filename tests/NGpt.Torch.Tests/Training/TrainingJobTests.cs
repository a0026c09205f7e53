using NGpt.Core.Configuration;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Tests.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Training;

public sealed class TrainingJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = NativeEnvironment.Threads;

    public TrainingJobTests()
    {
        Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", _folder.File("cache"));
        Random random = new(3);
        string[] words = ["norm", "größer", "sphere", "λ", "unit", "of", "the"];
        File.WriteAllLines(_folder.File("text.txt"), Enumerable.Range(0, 500).Select(_ => string.Join(' ', Enumerable.Range(0, 7).Select(_ => words[random.Next(words.Length)]))));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", null);
        NativeEnvironment.Prepare(_threads);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ngpt")]
    [InlineData("gpt")]
    public void The_same_seed_gives_the_same_losses_bit_for_bit(string architecture)
    {
        (RecordingObserver first, _) = Train("first", ("arch", architecture));
        (RecordingObserver second, _) = Train("second", ("arch", architecture));
        Assert.Equal(20, first.Steps.Count);
        Assert.Equal(first.Steps.Select(Figures), second.Steps.Select(Figures));
        Assert.Equal(first.Evaluations, second.Evaluations);
        Assert.True(first.Steps[^1].Loss < first.Steps[0].Loss);

        static (int, double, double, double) Figures(StepReport report) => (report.Step, report.Loss, report.GradientNorm, report.LearningRate);
    }

    [Theory]
    [InlineData("ngpt")]
    [InlineData("gpt")]
    public void Live_tensors_stay_flat_over_steps_evaluations_and_checkpoints(string architecture)
    {
        List<long> live = [];
        RecordingObserver observer = new()
        {
            AfterStep = _ =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                live.Add(Tensor.TotalCount);
            },
        };
        // TorchSharp counts one tensor too many for each parameter that was ever made.
        long start = Live();
        LanguageModel.Create(TestModels.Config(architecture == "gpt" ? Architecture.Gpt : Architecture.NGpt) with { LayerCount = 2 }).Dispose();
        long before = Live();
        long counted = before - start;
        Train(observer, "run", ("arch", architecture), ("checkpoint-interval", "3"), ("eval-interval", "4"), ("gradient-accumulation", "2"));
        // Gradients come with the first step.
        Assert.Single(live.Skip(1).Distinct());
        Assert.Equal(before + counted, Live());

        static long Live()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }

    [Theory]
    [InlineData("ngpt")]
    [InlineData("gpt")]
    public void Gradient_accumulation_over_two_half_batches_equals_the_whole_batch(string architecture)
    {
        (RecordingObserver halves, _) = Train("halves", ("arch", architecture), ("batch-size", "3"), ("gradient-accumulation", "2"), ("steps", "1"), ("dtype", "float32"));
        (RecordingObserver whole, _) = Train("whole", ("arch", architecture), ("batch-size", "6"), ("gradient-accumulation", "1"), ("steps", "1"), ("dtype", "float32"));
        Assert.Equal(1, halves.Steps[0].Loss / whole.Steps[0].Loss, 1e-6);
        Assert.Equal(1, halves.Steps[0].GradientNorm / whole.Steps[0].GradientNorm, 1e-6);
        Assert.Equal(halves.Steps[0].Tokens, whole.Steps[0].Tokens);
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("characters")]
    public void Bits_per_byte_are_the_bits_over_the_bytes_of_the_text_predicted(string tokenizer)
    {
        (RecordingObserver seen, TrainingOutcome outcome) = Train("run", ("tokenizer", tokenizer), ("steps", "3"), ("dtype", "float32"));
        EvaluationReport last = seen.Evaluations[^1];
        using SavedModel saved = SavedModel.Open(Path.Combine(outcome.RunFolder, "checkpoints", "step-00000003"), CPU);
        // The text held out, by the rule that the last tenth of one text is, cut at a line end near it.
        using Dataset dataset = DatasetPreparer.Prepare(
            new DatasetRequest
            {
                Corpus = new FileCorpus([_folder.File("text.txt")]),
                Tokenizer = TokenizerChoice.Parse(tokenizer),
            },
            cancellationToken: TestContext.Current.CancellationToken);
        int[] tokens = new int[dataset.Validation.Count];
        dataset.Validation.Read(0, tokens);
        int context = saved.Model.Config.ContextLength;
        int available = (tokens.Length - 1) / context;
        int windows = Math.Min(5 * 2, available);
        (double nats, long bytes) = (0, 0);
        using (no_grad())
        {
            for (int window = 0; window < windows; window++)
            {
                using IDisposable scope = NewDisposeScope();
                int start = (int)((long)window * available / windows) * context;
                Tensor input = tensor(tokens[start..(start + context)].Select(token => (long)token).ToArray(), [1, context]);
                Tensor probabilities = nn.functional.softmax(saved.Model.forward(input).to_type(ScalarType.Float64), -1)[0];
                for (int i = 0; i < context; i++)
                {
                    int next = tokens[start + i + 1];
                    nats -= Math.Log(probabilities[i, next].item<double>());
                    bytes += saved.Tokenizer.TokenBytes(next).Length;
                }
            }
        }

        Assert.Equal(windows * context, last.Tokens);
        Assert.Equal(1, last.Loss / (nats / last.Tokens), 1e-5);
        Assert.Equal(1, last.BitsPerByte / (nats / Math.Log(2) / bytes), 1e-5);
        Assert.Equal(tokenizer == "bytes", bytes == last.Tokens);
    }

    [Fact]
    public void A_text_that_a_stop_cut_off_is_generated_by_the_resumed_run()
    {
        (string, string)[] samples = [("sample-tokens", "9"), ("sample-interval", "6"), ("checkpoint-interval", "20")];
        Train("whole", samples);
        foreach ((string run, int step, RecordingObserver observer, CancellationTokenSource stop) in Stops())
        {
            Assert.Equal(TrainingEnd.Stopped, Train(observer, run, stop.Token, samples).End);
            Assert.False(File.Exists(Sample(run, step)));
            Assert.Equal(TrainingEnd.Completed, Resume(run, null).End);
            Assert.All([6, 12, 18, 20], sampled => Assert.Equal(File.ReadAllText(Sample("whole", sampled)), File.ReadAllText(Sample(run, sampled))));
            stop.Dispose();
        }

        string Sample(string run, int step) => step == 20 ? _folder.File(run, "sample.txt") : _folder.File(run, "samples", $"step-{step:D8}.txt");

        static IEnumerable<(string, int, RecordingObserver, CancellationTokenSource)> Stops()
        {
            CancellationTokenSource afterStep = new();
            yield return ("during", 6, new RecordingObserver { AfterStep = report => StopAt(6, report.Step, afterStep) }, afterStep);
            CancellationTokenSource atTheEnd = new();
            yield return ("end", 20, new RecordingObserver { AfterCheckpoint = step => StopAt(20, step, atTheEnd) }, atTheEnd);
        }

        static void StopAt(int expected, int step, CancellationTokenSource stop)
        {
            if (step == expected)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void The_text_of_an_earlier_length_does_not_pass_for_that_of_the_longer_run()
    {
        Train("run", ("sample-tokens", "9"), ("steps", "10"));
        Assert.True(File.Exists(_folder.File("run", "sample.txt")));
        Resume("run", "0", ("steps", "20"));
        Assert.False(File.Exists(_folder.File("run", "sample.txt")));
    }

    [Fact]
    public void What_a_kill_left_unfinished_in_any_folder_of_the_run_is_removed_by_the_next_start()
    {
        Train("run", ("sample-tokens", "3"), ("sample-interval", "5"), ("steps", "10"));
        string[] folders = [_folder.File("run"), .. Directory.GetDirectories(_folder.File("run")), _folder.File("run", "checkpoints")];
        Assert.Contains(folders, folder => folder.EndsWith("samples", StringComparison.Ordinal));
        foreach (string folder in folders)
        {
            File.WriteAllText(Path.Combine(folder, ".file.txt.tmp-4711-3"), "cut off");
        }

        Resume("run", null);
        Assert.Empty(Directory.GetFiles(_folder.File("run"), "*.tmp-*", SearchOption.AllDirectories));
    }

    // Null: as the run began.
    private TrainingOutcome Resume(string run, string? sampleTokens, params (string Name, string Value)[] options) => TrainingJob.Run(
        SettingLayers.Create([("resume", _folder.File(run)), .. sampleTokens is null ? [] : new[] { ("sample-tokens", sampleTokens) }, .. options]), new RecordingObserver(), TestContext.Current.CancellationToken);

    private (RecordingObserver Observer, TrainingOutcome Outcome) Train(string run, params (string Name, string Value)[] options)
    {
        RecordingObserver observer = new();
        return (observer, Train(observer, run, options));
    }

    private TrainingOutcome Train(RecordingObserver observer, string run, params (string Name, string Value)[] options) =>
        Train(observer, run, TestContext.Current.CancellationToken, options);

    private TrainingOutcome Train(RecordingObserver observer, string run, CancellationToken stop, params (string Name, string Value)[] options)
    {
        Dictionary<string, string> all = new()
        {
            ["data"] = _folder.File("text.txt"),
            ["out"] = _folder.File(run),
            ["layers"] = "2",
            ["heads"] = "3",
            ["embedding-width"] = "18",
            ["mlp-width"] = "23",
            ["context-length"] = "17",
            ["batch-size"] = "5",
            ["steps"] = "20",
            ["checkpoint-interval"] = "5",
            ["eval-interval"] = "4",
            ["eval-batches"] = "2",
            ["log-interval"] = "1",
            ["sample-tokens"] = "0",
            ["device"] = "cpu",
            ["threads"] = "1",
        };
        foreach ((string name, string value) in options)
        {
            all[name] = value;
        }

        return TrainingJob.Run(SettingLayers.Create(all.Select(option => (option.Key, option.Value))), observer, stop);
    }
}
