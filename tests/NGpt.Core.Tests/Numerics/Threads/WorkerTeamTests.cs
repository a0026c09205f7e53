using NGpt.Core.Errors;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Core.Tests.Numerics.Threads;

public sealed class WorkerTeamTests
{
    [Fact]
    public void A_thread_that_cannot_be_started_leaves_none_of_the_others_behind()
    {
        List<Thread> started = [];
        NGptException failure = Assert.Throws<NGptException>(() => new WorkerTeam(5, thread =>
        {
            if (started.Count == 2)
            {
                throw new InsufficientMemoryException("as planned");
            }

            thread.Start();
            started.Add(thread);
        }));
        Assert.Equal("thread 3 of 4 could not be started: as planned", failure.Message);
        Assert.Equal(2, started.Count);
        Assert.All(started, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void Failures_of_another_kind_come_as_they_are() =>
        Assert.Throws<NotSupportedException>(() => new WorkerTeam(3, _ => throw new NotSupportedException()));
}
