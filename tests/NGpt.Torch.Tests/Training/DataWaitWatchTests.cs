using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

public sealed class DataWaitWatchTests
{
    [Fact]
    public void Steps_that_wait_for_more_than_a_hundredth_are_named_once()
    {
        DataWaitWatch watch = new();
        Assert.All(Enumerable.Range(0, 99), _ => Assert.Null(watch.Add(100, 2.25)));
        Assert.StartsWith("the steps wait for their data: 2.25 of 100 ms a step (2%)", watch.Add(100, 2.25));
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Null(watch.Add(100, 50)));
    }

    [Fact]
    public void A_little_waiting_and_the_start_of_a_run_are_not_worth_a_word()
    {
        DataWaitWatch watch = new();
        Assert.Null(watch.Add(100, 90));
        Assert.All(Enumerable.Range(0, 2_000), _ => Assert.Null(watch.Add(100, 0.09)));
        // Few steps, however long.
        Assert.All(Enumerable.Range(0, 19), _ => Assert.Null(new DataWaitWatch().Add(60_000, 30_000)));
        // It is still noticed when it comes late.
        Assert.Contains(Enumerable.Range(0, 200), _ => watch.Add(100, 5) is not null);
    }
}
