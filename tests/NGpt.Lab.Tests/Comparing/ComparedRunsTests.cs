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
    public void Other_data_or_vocabularies_share_an_axis_in_bits_per_byte_only()
    {
        RecordedRun otherData = Change(Gpt(1), config => config with { Data = config.Data with { Fingerprint = "fedcba9876543210" } });
        RecordedRun otherVocabulary = Change(Gpt(1), config => config with { Model = config.Model with { VocabularySize = 301 } });
        foreach (RecordedRun other in new[] { otherData, otherVocabulary })
        {
            UsageException refusal = Assert.Throws<UsageException>(() => new ComparedRuns([NGpt(1)], [other], LossMeasure.NatsPerToken));
            Assert.Contains("runs/ngpt-1 (vocabulary 300, data 01234567)", refusal.Message);
            Assert.Contains("cannot share an axis", refusal.Message);
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
        Assert.Contains(warnings, warning => warning.Contains("half: is not finished: evaluated last at step 2 of 9", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("nowhere: there is no such folder", StringComparison.Ordinal));

        NGptException refusal = Assert.Throws<NGptException>(() => ComparedRuns.Read([nGpt, unfinished], LossMeasure.BitsPerByte, warnings.Add));
        Assert.Contains("no finished run of GPT", refusal.Message);
    }

    [Fact]
    public void Of_several_recipes_the_one_that_ended_lowest_is_compared()
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
    }

    [Theory]
    [InlineData("{\"step\":1,", "line 2 is not a line of metrics")]
    [InlineData("{\"step\":99,\"val_loss\":1,\"val_bpb\":1}", "line 2 is not a line of metrics")]
    [InlineData("{\"step\":0,\"val_loss\":1,\"val_bpb\":1}", "line 2 is not a line of metrics")]
    [InlineData("{\"step\":2,\"val_loss\":-1,\"val_bpb\":1}", "line 2 is not a line of metrics")]
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
