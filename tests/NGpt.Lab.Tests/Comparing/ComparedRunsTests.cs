using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Comparing;
using NGpt.Lab.Runs;
using NGpt.Lab.Tests.Runs;

namespace NGpt.Lab.Tests.Comparing;

public sealed class ComparedRunsTests : IDisposable
{
    private readonly LabFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Equal_seeds_data_and_batches_are_paired_whatever_their_order()
    {
        ComparedRuns runs = new([NGpt(2), NGpt(1)], [Gpt(1), Gpt(2)], LossMeasure.NatsPerToken);

        Assert.True(runs.ArePaired);
        Assert.True(runs.HaveSameData);
        Assert.Equal([1, 2], runs.NGpt.Select(run => run.Config.Training.Seed));
        Assert.False(new ComparedRuns([NGpt(1), NGpt(2)], [Gpt(1), Gpt(3)], LossMeasure.NatsPerToken).ArePaired);
        Assert.False(new ComparedRuns([NGpt(1)], [Change(Gpt(1), config => config with { Training = config.Training with { BatchSize = 9 } })], LossMeasure.NatsPerToken).ArePaired);
    }

    [Fact]
    public void Other_data_or_vocabularies_are_compared_in_bits_per_byte_only()
    {
        RecordedRun otherData = Change(Gpt(1), config => config with { Data = config.Data with { Fingerprint = "fedcba9876543210" } });
        RecordedRun otherVocabulary = Change(Gpt(1), config => config with { Model = config.Model with { VocabularySize = 301 } });
        foreach (RecordedRun other in new[] { otherData, otherVocabulary })
        {
            UsageException refusal = Assert.Throws<UsageException>(() => new ComparedRuns([NGpt(1)], [other], LossMeasure.NatsPerToken));
            Assert.Contains("runs/ngpt-1 (vocabulary 300, data 01234567)", refusal.Message);
            Assert.Contains("cannot be compared in nats per token", refusal.Message);
            Assert.Contains("bits-per-byte", refusal.Remedy);

            ComparedRuns runs = new([NGpt(1)], [other], LossMeasure.BitsPerByte);
            Assert.False(runs.HaveSameData);
            Assert.False(runs.ArePaired);
        }
    }

    [Fact]
    public void Missing_and_unfinished_runs_are_named_and_skipped()
    {
        string nGpt = Train("ngpt", "ngpt", 3);
        string gpt = Train("gpt", "gpt", 3);
        string unfinished = Train("half", "gpt", 2);
        string config = Path.Combine(unfinished, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"steps\": 2", "\"steps\": 9", StringComparison.Ordinal));
        List<string> warnings = [];
        ComparedRuns runs = ComparedRuns.Read([nGpt, gpt, unfinished, _folder.At("nowhere")], LossMeasure.BitsPerByte, warnings.Add);

        Assert.Equal(["ngpt", "gpt"], runs.All.Select(run => run.Name));
        Assert.Equal(2, warnings.Count);
        Assert.Contains(warnings, warning => warning.Contains("half: is not finished: last evaluated at step 2 of 9", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("nowhere: there is no such folder", StringComparison.Ordinal));

        NGptException refusal = Assert.Throws<NGptException>(() => ComparedRuns.Read([nGpt, unfinished], LossMeasure.BitsPerByte, warnings.Add));
        Assert.Contains("no finished run of GPT", refusal.Message);
    }

    [Fact]
    public void Of_several_recipes_the_one_with_the_lowest_final_loss_is_compared()
    {
        string[] folders = [Train("a", "ngpt", 6, ("learning-rate", "0.02")), Train("b", "ngpt", 6, ("learning-rate", "1e-9")), Train("c", "gpt", 6)];
        List<string> warnings = [];
        ComparedRuns runs = ComparedRuns.Read(folders, LossMeasure.BitsPerByte, warnings.Add);

        Assert.Equal(["a", "c"], runs.All.Select(run => run.Name));
        Assert.Contains("nGPT has 2 different recipes", Assert.Single(warnings));
    }

    [Fact]
    public void A_run_is_read_as_it_was_trained()
    {
        RecordedRun run = RunReader.Read(Train("run", "ngpt", 5, ("eval-interval", "2")));

        Assert.Equal([0, 102, 204, 255], run.Evaluations.Select(point => point.Tokens));
        Assert.All(run.Evaluations, point => Assert.InRange(point.BitsPerByte, 1, 9));
        Assert.InRange(run.SecondsPerToken, 1e-8, 1);
        Assert.Equal(run.SecondsPerToken * 255, run.TrainingTime.TotalSeconds, 1e-5);
        // Two batches of three windows of 17 tokens.
        Assert.Equal(102, run.EvaluationTokens);
        Assert.InRange(run.StepTimeSpread, 0, 100);
    }

    [Theory]
    [InlineData(new[] { 100.0, 110, 90, 120, 104 }, 1.04, 0.1 / 1.04)]
    [InlineData(new[] { 100.0, 100, 100, 1000 }, 1, 9)]
    [InlineData(new[] { 100.0, 100, 100 }, 1, double.NaN)]
    public void The_spread_of_step_times_is_their_interquartile_range_over_their_median(double[] milliseconds, double median, double spread)
    {
        string run = Train("run", "ngpt", 2);
        File.WriteAllLines(
            Path.Combine(run, "metrics.jsonl"),
            [.. milliseconds.Select(time => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":1,\"step_ms\":{time}}}")), "{\"step\":2,\"val_loss\":2,\"val_bpb\":2}"]);
        RecordedRun read = RunReader.Read(run);
        Assert.Equal(median * 0.1, read.SecondsPerToken * RunReader.TokensPerStep(read.Config), 1e-12);
        Assert.Equal(spread, read.StepTimeSpread, 1e-12);
        // Metrics without the number of held-out tokens are read too.
        Assert.Null(read.EvaluationTokens);
    }

    [Fact]
    public void Times_are_compared_only_where_step_times_are_steady()
    {
        Assert.Null(Compare().TimeProblem);
        Assert.Equal("step times of GPT, seed 2, spread by 16% (interquartile range over median)", Compare(gptSpread: 0.16).TimeProblem);
        Assert.Null(Compare(gptSpread: 0.15).TimeProblem);
        Assert.Equal("too few step times of GPT, seed 2, were logged", Compare(gptSpread: double.NaN).TimeProblem);
        Assert.Equal("median step times of nGPT differ by 20% between seeds", Compare(nGptSeconds: 1.2e-5).TimeProblem);
        Assert.Null(Compare(nGptSeconds: 1.1e-5).TimeProblem);

        static ComparedRuns Compare(double gptSpread = 0.02, double nGptSeconds = 1e-5) => new(
            [NGpt(1), SyntheticRuns.Of(Architecture.NGpt, 2, 1.5, nGptSeconds)],
            [Gpt(1), SyntheticRuns.Of(Architecture.Gpt, 2, 1) with { StepTimeSpread = gptSpread }],
            LossMeasure.BitsPerByte);
    }

    [Theory]
    [InlineData("{\"step\":1,", "line 2 is not a valid line of metrics")]
    [InlineData("{\"step\":99,\"val_loss\":1,\"val_bpb\":1}", "line 2 is not a valid line of metrics")]
    [InlineData("{\"step\":0,\"val_loss\":1,\"val_bpb\":1}", "line 2 is not a valid line of metrics")]
    [InlineData("{\"step\":2,\"val_loss\":-1,\"val_bpb\":1}", "line 2 is not a valid line of metrics")]
    public void Damaged_metrics_are_named(string line, string problem)
    {
        string run = Train("run", "ngpt", 2);
        string metrics = Path.Combine(run, "metrics.jsonl");
        File.WriteAllLines(metrics, ["{\"step\":0,\"val_loss\":2,\"val_bpb\":2}", line]);

        Assert.Contains(problem, Assert.Throws<FileFormatException>(() => RunReader.Read(run)).Message);
    }

    private static RecordedRun NGpt(long seed) => SyntheticRuns.Of(Architecture.NGpt, seed, 1.5);

    private static RecordedRun Gpt(long seed) => SyntheticRuns.Of(Architecture.Gpt, seed, 1);

    private static RecordedRun Change(RecordedRun run, Func<RunConfig, RunConfig> change) => run with { Config = change(run.Config) };

    private string Train(string name, string architecture, int steps, params (string, string)[] more)
    {
        RunSequence runs = new(_folder.At("runs"), new RecordingExperiment(), 0, null, TestContext.Current.CancellationToken);
        Assert.True(runs.Train(new PlannedRun(name, Architecture.NGpt, [.. _folder.Settings, ("arch", architecture), ("steps", $"{steps}"), .. more])).IsDone);
        return _folder.At("runs", name);
    }
}
