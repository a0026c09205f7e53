using NGpt.Core.Errors;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Core.Tests.Numerics.Threads;

public sealed unsafe class WorkerTeamTests
{
    [Fact]
    public void A_thread_that_cannot_be_started_leaves_none_of_the_others_behind()
    {
        List<Thread> started = [];
        NGptException failure = Assert.Throws<NGptException>(() => new WorkerTeam(5, TimeSpan.Zero, thread =>
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
        Assert.Throws<NotSupportedException>(() => new WorkerTeam(3, TimeSpan.Zero, _ => throw new NotSupportedException()));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(5, 0)]
    [InlineData(5, 20)]
    public void Every_share_has_run_when_the_caller_goes_on_however_soon_threads_sleep(int threads, int microseconds)
    {
        int* counts = stackalloc int[threads];
        new Span<int>(counts, threads).Clear();
        using WorkerTeam team = new(threads, TimeSpan.FromMicroseconds(microseconds), static thread => thread.Start());
        for (int round = 1; round <= 20_000; round++)
        {
            team.Run(new Count { Counts = counts });
            for (int thread = 0; thread < threads; thread++)
            {
                Assert.True(counts[thread] == round, $"round {round}: share {thread} has run {counts[thread]} times");
            }
        }
    }

    private readonly struct Count : IParallelWork
    {
        public required int* Counts { get; init; }

        public void Run(int thread, int threads)
        {
            // Some shares take longer than others, so that now the caller sleeps and now the workers.
            int turns = (Counts[thread] * (thread + 3)) % 97;
            for (int i = 0; i < turns; i++)
            {
                Thread.MemoryBarrier();
            }

            Counts[thread]++;
        }
    }
}
