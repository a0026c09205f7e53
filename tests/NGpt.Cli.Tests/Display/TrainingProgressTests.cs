using NGpt.Cli.Display;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Display;

public sealed class TrainingProgressTests
{
    [Fact]
    public void The_history_stays_short_and_keeps_the_mean_of_what_it_joins()
    {
        TrainingProgress progress = new(TrainingStory.Plan());
        const int steps = 10_000;
        for (int step = 1; step <= steps; step++)
        {
            progress.Add(new StepReport(step, step, 1, 1, 1, 1, 0, 1, null, TimeSpan.Zero));
        }

        Assert.InRange(progress.Losses.Count, 500, 1024);
        Assert.All(progress.Losses, point => Assert.Equal(point.Step, point.Loss, 9));
        Assert.Equal(progress.Losses.OrderBy(point => point.Step), progress.Losses);
    }

    [Fact]
    public void The_smoothed_loss_starts_at_the_first_loss_and_follows_slowly()
    {
        TrainingProgress progress = new(TrainingStory.Plan());
        progress.Add(new StepReport(1, 4, 1, 1, 1, 1, 0, 1, null, TimeSpan.Zero));
        Assert.Equal(4, progress.SmoothedLoss, 12);
        for (int step = 2; step <= 500; step++)
        {
            progress.Add(new StepReport(step, 2, 1, 1, 1, 1, 0, 1, null, TimeSpan.Zero));
        }

        Assert.Equal(2, progress.SmoothedLoss, 6);
    }
}
