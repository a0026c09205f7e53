using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Runs;
using NGpt.Lab.Sweeping;
using NGpt.Lab.Tests.Runs;

namespace NGpt.Lab.Tests.Sweeping;

public sealed class SweepTests : IDisposable
{
    private readonly LabFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_are_as_planned_and_a_second_call_trains_nothing()
    {
        RecordingExperiment first = new();
        SweepResult result = Run(Options("a"), first);

        Assert.Equal(ExperimentEnd.None, result.End);
        Assert.Equal(8, result.Outcomes.Count);
        Assert.All(result.Outcomes, outcome =>
        {
            RunConfig config = outcome.Result.Recorded!.Config;
            Assert.Equal((18 * outcome.Run.Multiple, 3 * outcome.Run.Multiple), (config.Model.EmbeddingWidth, config.Model.HeadCount));
            Assert.Equal(outcome.Run.Parametrization == Parametrization.NuGpt, config.Training.NuGptBase is not null);
            Assert.Equal((outcome.Run.Rate, 5L, 6), (config.Training.LearningRate, config.Training.Seed, config.Training.Steps));
            Assert.Equal([0, 102, 204, 306], outcome.Result.Recorded.Evaluations.Select(point => point.Tokens));
        });
        // Twice as wide trains otherwise with νGPT; the base model does not, but for how α is stored.
        Assert.Equal(8, result.Outcomes.Select(outcome => outcome.Result.FinalLoss(LossMeasure.BitsPerByte)).Distinct().Count());
        Assert.Equal(4, first.Decisions.Count);
        Assert.StartsWith("published, width 18, seed 5: best learning rate ", first.Decisions[0]);
        Assert.Equal(8, first.Plan!.RunCount);
        Assert.All(first.Ended, ended => Assert.False(ended.WasFinished));
        Assert.Empty(first.Warnings);

        RecordingExperiment second = new();
        SweepResult again = Run(Options("a"), second);

        Assert.Empty(second.Started);
        Assert.All(second.Ended, ended => Assert.True(ended.WasFinished));
        Assert.Equal(Losses(result), Losses(again));
        Assert.Equal(result.Transfers[1].Drift, again.Transfers[1].Drift);
    }

    [Fact]
    public void A_stopped_sweep_resumes_to_the_same_losses()
    {
        SweepOptions options = Options("part") with { Axis = SweepAxis.Tokens, Rates = [8e-3] };
        SweepResult whole = Run(options with { Folder = _folder.At("whole") }, new RecordingExperiment());
        using CancellationTokenSource stop = new();
        RecordingExperiment stopped = new()
        {
            AfterStep = steps =>
            {
                if (steps == 16)
                {
                    stop.Cancel();
                }
            },
        };
        SweepResult part = Sweep.Run(options, stopped, stop.Token);

        Assert.Equal(ExperimentEnd.Stopped, part.End);
        Assert.Equal(2, part.Outcomes.Count);

        RecordingExperiment rest = new();
        SweepResult end = Run(options, rest);

        Assert.Equal(2, rest.Ended.Count(ended => ended.WasFinished));
        Assert.Equal(stopped.Started[^1], rest.Started[0]);
        Assert.Equal([6, 6, 12, 12], end.Outcomes.Select(outcome => outcome.Result.Recorded!.Config.Training.Steps));
        Assert.Equal(Losses(whole), Losses(end));
    }

    [Fact]
    public void A_run_that_diverges_is_an_outcome()
    {
        SweepOptions options = Options("a") with { Axis = SweepAxis.Depth, Rates = [4e-3, 1e25] };
        SweepResult result = Run(options, new RecordingExperiment());
        RecordingExperiment second = new();
        Run(options, second);

        Assert.Equal(ExperimentEnd.None, result.End);
        Assert.Equal([1e25, 1e25, 1e25, 1e25], result.Outcomes.Where(outcome => outcome.Result.Divergence is not null).Select(outcome => outcome.Run.Rate));
        Assert.All(result.Transfers, transfer => Assert.All(transfer.Curves, curve => Assert.Equal(4e-3, curve.Best!.Rate)));
        Assert.Empty(second.Started);
    }

    [Fact]
    public void A_folder_rejects_another_sweep_and_other_data()
    {
        SweepOptions options = Options("a") with { Axis = SweepAxis.Depth, Rates = [4e-3] };
        Run(options, new RecordingExperiment());
        UsageException refusal = Assert.Throws<UsageException>(() => Run(
            options with { Axis = SweepAxis.Width, Rates = [4e-3, 5e-3], Multiples = [1, 3], Steps = 7, Seeds = 2, Settings = [.. _folder.Settings, ("beta1", "0.8")] }, new RecordingExperiment()));

        Assert.Contains("--axis depth, not width", refusal.Message);
        Assert.Contains("--rates 0.004, not 0.004,0.005", refusal.Message);
        Assert.Contains("--multiples 1,2, not 1,3", refusal.Message);
        Assert.Contains("--steps 6, not 7", refusal.Message);
        Assert.Contains("--seeds 1, not 2", refusal.Message);
        Assert.Contains("--beta1 0.8", refusal.Message);

        File.AppendAllText(_folder.At("text.txt"), "more text than before\n");
        Assert.Contains("a sweep on other data", Assert.Throws<NGptException>(() => Run(options, new RecordingExperiment())).Message);

        File.WriteAllText(_folder.At("a", "sweep.json"), "{\"version\":1,\"plan\":{}}");
        Assert.Contains("is not the plan of a sweep", Assert.Throws<FileFormatException>(() => Run(options, new RecordingExperiment())).Message);
    }

    private SweepOptions Options(string name) => new()
    {
        Preset = SweepPreset.Quick,
        Settings = _folder.Settings,
        Steps = 6,
        EvalInterval = 2,
        Rates = [4e-3, 8e-3],
        Seed = 5,
        Folder = _folder.At(name),
    };

    private static SweepResult Run(SweepOptions options, RecordingExperiment observer) => Sweep.Run(options, observer, TestContext.Current.CancellationToken);

    private static IEnumerable<double> Losses(SweepResult result) =>
        result.Outcomes.SelectMany(outcome => outcome.Result.Recorded!.Evaluations.Select(point => point.Loss));
}
