using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

public sealed class DataWaitMonitorTests
{
    [Fact]
    public void Waiting_for_more_than_one_percent_warns_once()
    {
        DataWaitMonitor monitor = new();
        Assert.All(Enumerable.Range(0, 99), _ => Assert.Null(monitor.Add(100, 2.25)));
        Assert.StartsWith("training waits for data: 2.25 of 100 ms per step (2%)", monitor.Add(100, 2.25));
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Null(monitor.Add(100, 50)));
    }

    [Fact]
    public void Short_waits_and_the_start_of_a_run_give_no_warning()
    {
        DataWaitMonitor monitor = new();
        Assert.Null(monitor.Add(100, 90));
        Assert.All(Enumerable.Range(0, 2_000), _ => Assert.Null(monitor.Add(100, 0.09)));
        // Few steps, however long.
        Assert.All(Enumerable.Range(0, 19), _ => Assert.Null(new DataWaitMonitor().Add(60_000, 30_000)));
        // It is still noticed when it comes late.
        Assert.Contains(Enumerable.Range(0, 200), _ => monitor.Add(100, 5) is not null);
    }
}
