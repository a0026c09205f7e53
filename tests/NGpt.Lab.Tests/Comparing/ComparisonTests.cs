using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Comparing;
using NGpt.Lab.Runs;
using NGpt.Lab.Tests.Runs;

namespace NGpt.Lab.Tests.Comparing;

public sealed class ComparisonTests : IDisposable
{
    private readonly LabFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ComparisonOptions Options(string name) => new()
    {
        Preset = ComparisonPreset.Quick,
        Settings = _folder.Settings,
        Steps = 12,
        EvalInterval = 3,
        NGptRates = [4e-3, 8e-3],
        GptRates = [2e-3],
        Seeds = 2,
        Seed = 5,
        Folder = _folder.At(name),
    };

    [Fact]
    public void Both_are_trained_on_the_same_batches_and_a_second_call_trains_nothing()
    {
        RecordingExperiment first = new();
        ComparisonResult result = Comparison.Run(Options("a"), first, TestContext.Current.CancellationToken);

        Assert.Equal(ExperimentEnd.None, result.End);
        Assert.Equal([6, 7], result.NGptRuns.Select(run => run.Config.Training.Seed));
        Assert.Equal([6, 7], result.GptRuns.Select(run => run.Config.Training.Seed));
        Assert.All(result.NGptRuns.Concat(result.GptRuns), run => Assert.Equal([0, 153, 306, 459, 612], run.Evaluations.Select(point => point.Tokens)));
        Assert.True(new ComparedRuns(result.NGptRuns, result.GptRuns, LossMeasure.NatsPerToken).ArePaired);
        Assert.All(first.Ended, ended => Assert.False(ended.WasFinished));
        // A recipe is chosen with a seed that is not reported.
        Assert.All(result.NGptChoice.Tried.Concat(result.GptChoice.Tried), tried => Assert.Equal(5, tried.Result.Recorded!.Config.Training.Seed));

        RecordingExperiment second = new();
        ComparisonResult again = Comparison.Run(Options("a"), second, TestContext.Current.CancellationToken);

        Assert.Empty(second.Started);
        Assert.All(second.Ended, ended => Assert.True(ended.WasFinished));
        Assert.Equal(Losses(result), Losses(again));
    }

    [Fact]
    public void A_stopped_comparison_resumes_to_the_same_losses()
    {
        ComparisonResult whole = Comparison.Run(Options("whole"), new RecordingExperiment(), TestContext.Current.CancellationToken);
        using CancellationTokenSource stop = new();
        RecordingExperiment stopped = new() { AfterStep = steps => Cancel(stop, steps == 41) };
        ComparisonResult part = Comparison.Run(Options("part"), stopped, stop.Token);

        Assert.Equal(ExperimentEnd.Stopped, part.End);
        Assert.False(part.CanBeReported && part.NGptRuns.Count == 2 && part.GptRuns.Count == 2);

        RecordingExperiment rest = new();
        ComparisonResult end = Comparison.Run(Options("part"), rest, TestContext.Current.CancellationToken);

        Assert.Equal(ExperimentEnd.None, end.End);
        Assert.Contains(stopped.Started[^1], rest.Started);
        Assert.Contains(rest.Ended, ended => ended.WasFinished);
        Assert.Equal(Losses(whole), Losses(end));

        static void Cancel(CancellationTokenSource stop, bool now)
        {
            if (now)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void While_the_best_rate_is_at_an_end_further_ones_are_tried()
    {
        RecordingExperiment observer = new();
        ComparisonResult result = Comparison.Run(Options("a") with { NGptRates = [1e-6, 2e-6], Seeds = 1 }, observer, TestContext.Current.CancellationToken);

        Assert.Equal([1e-6, 2e-6, 4e-6, 8e-6], result.NGptChoice.Tried.Select(tried => Math.Round(tried.Recipe.LearningRate, 9)));
        Assert.False(result.NGptChoice.IsBracketed);
        Assert.Contains(observer.Decisions, decision => decision.Contains("is at the end of the grid", StringComparison.Ordinal));
    }

    [Fact]
    public void A_recipe_that_diverges_is_recorded_and_not_chosen()
    {
        ComparisonOptions options = Options("a") with { NGptRates = [4e-3], GptRates = [2e-3, 1e25], Seeds = 1 };
        ComparisonResult result = Comparison.Run(options, new RecordingExperiment(), TestContext.Current.CancellationToken);
        RecordingExperiment second = new();
        Comparison.Run(options, second, TestContext.Current.CancellationToken);

        TriedRecipe diverged = Assert.Single(result.GptChoice.Tried, tried => tried.Recipe.LearningRate == 1e25);
        Assert.Contains("not finite", diverged.Result.Divergence);
        Assert.True(double.IsPositiveInfinity(diverged.Result.FinalLoss(LossMeasure.BitsPerByte)));
        Assert.NotEqual(1e25, result.GptChoice.Best!.LearningRate);
        Assert.Empty(second.Started);
    }

    [Fact]
    public void Weight_decay_and_warmup_of_the_baseline_are_tried_at_its_best_rate()
    {
        ComparisonResult result = Comparison.Run(
            Options("a") with { GptRates = [1e-3, 2e-3, 4e-3], GptWeightDecays = [0.1, 0], GptWarmups = [0.25, 0.5], Seeds = 1 }, new RecordingExperiment(), TestContext.Current.CancellationToken);
        Recipe[] tried = [.. result.GptChoice.Tried.Select(tried => tried.Recipe)];

        Assert.Equal((0.0, 0.25), (tried[^2].WeightDecay, tried[^2].Warmup));
        Assert.Equal(0.5, tried[^1].Warmup);
        Assert.Equal(tried[^2].LearningRate, tried[^1].LearningRate);
        Assert.Equal((int)(12 * result.GptChoice.Best!.Warmup), result.GptRuns[0].Config.Training.WarmupSteps);
        Assert.Equal(result.GptChoice.Best.WeightDecay, result.GptRuns[0].Config.Training.WeightDecay);
    }

    [Fact]
    public void A_folder_rejects_another_comparison()
    {
        Comparison.Run(Options("a") with { Seeds = 1, NGptRates = [4e-3] }, new RecordingExperiment(), TestContext.Current.CancellationToken);
        UsageException refusal = Assert.Throws<UsageException>(() => Comparison.Run(
            Options("a") with { Seeds = 1, NGptRates = [5e-3], Steps = 13, Settings = [.. _folder.Settings, ("alpha-init", "0.1")] }, new RecordingExperiment(), TestContext.Current.CancellationToken));

        Assert.Contains("--ngpt-rates 0.004, not 0.005", refusal.Message);
        Assert.Contains("--steps 12, not 13", refusal.Message);
        Assert.Contains("--alpha-init 0.1", refusal.Message);
    }

    [Fact]
    public void Changed_data_are_rejected()
    {
        Comparison.Run(Options("a") with { Seeds = 1, NGptRates = [4e-3] }, new RecordingExperiment(), TestContext.Current.CancellationToken);
        File.AppendAllText(_folder.At("text.txt"), "more text than before\n");

        NGptException refusal = Assert.Throws<NGptException>(() => Comparison.Run(Options("a") with { Seeds = 1, NGptRates = [4e-3] }, new RecordingExperiment(), TestContext.Current.CancellationToken));
        Assert.Contains("other data", refusal.Message);
    }

    [Fact]
    public void No_run_starts_after_the_time_limit()
    {
        long longAgo = System.Diagnostics.Stopwatch.GetTimestamp() - (100 * System.Diagnostics.Stopwatch.Frequency);
        RecordingExperiment observer = new();
        RunSequence runs = new(_folder.At("runs"), observer, longAgo, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
        RunResult result = runs.Train(new PlannedRun("a", Architecture.NGpt, [.. _folder.Settings, ("steps", "3")]));

        Assert.Equal(ExperimentEnd.TimeLimit, runs.End);
        Assert.False(result.IsDone);
        Assert.True(double.IsNaN(result.FinalLoss(LossMeasure.BitsPerByte)));
        Assert.Empty(observer.Started);
        Assert.False(Directory.Exists(_folder.At("runs", "a")));
    }

    private static IEnumerable<double> Losses(ComparisonResult result) =>
        result.NGptRuns.Concat(result.GptRuns).SelectMany(run => run.Evaluations.Select(point => point.Loss));
}
