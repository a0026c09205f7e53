using NGpt.Core.Configuration;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Tests.Optimization;

public sealed class LearningRateTests
{
    [Fact]
    public void Cosine_falls_from_the_peak_to_the_minimum()
    {
        TrainingConfig training = Recipe(LearningRateSchedule.Cosine);
        Assert.Equal(0.8, LearningRate.At(training, 0));
        Assert.Equal(0.5, LearningRate.At(training, 50), 1e-12);
        Assert.Equal(0.2, LearningRate.At(training, 100), 1e-12);
        Assert.Equal(0.2, LearningRate.At(training, 150), 1e-12);
        Assert.Equal(0.2 + (0.6 * 0.5 * (1 + Math.Cos(Math.PI * 0.25))), LearningRate.At(training, 25), 1e-12);
    }

    [Fact]
    public void Linear_falls_on_a_straight_line()
    {
        TrainingConfig training = Recipe(LearningRateSchedule.Linear);
        Assert.Equal(0.8, LearningRate.At(training, 0));
        Assert.Equal(0.65, LearningRate.At(training, 25), 1e-12);
        Assert.Equal(0.2, LearningRate.At(training, 100), 1e-12);
    }

    [Fact]
    public void Constant_stays_at_the_peak() =>
        Assert.All(Enumerable.Range(0, 120), step => Assert.Equal(0.8, LearningRate.At(Recipe(LearningRateSchedule.Constant), step)));

    [Fact]
    public void Warmup_stable_decay_is_flat_and_then_falls()
    {
        TrainingConfig training = Recipe(LearningRateSchedule.WarmupStableDecay) with { DecayFraction = 0.3 };
        Assert.Equal(0.8, LearningRate.At(training, 0));
        Assert.Equal(0.8, LearningRate.At(training, 70), 1e-12);
        Assert.Equal(0.5, LearningRate.At(training, 85), 1e-12);
        Assert.Equal(0.2, LearningRate.At(training, 100), 1e-12);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.Linear)]
    [InlineData(LearningRateSchedule.Constant)]
    [InlineData(LearningRateSchedule.WarmupStableDecay)]
    public void Warmup_rises_in_equal_steps_and_reaches_the_peak(LearningRateSchedule schedule)
    {
        TrainingConfig training = Recipe(schedule) with { WarmupSteps = 4 };
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 0.8], Enumerable.Range(0, 5).Select(step => Math.Round(LearningRate.At(training, step), 12)));
    }

    private static TrainingConfig Recipe(LearningRateSchedule schedule) => new()
    {
        Steps = 100,
        BatchSize = 1,
        LearningRate = 0.8,
        MinLearningRate = 0.2,
        Schedule = schedule,
        WarmupSteps = 0,
        DecaySteps = 100,
        WeightDecay = 0,
        EvalInterval = 1,
        EvalBatches = 1,
        CheckpointInterval = 1,
    };
}
