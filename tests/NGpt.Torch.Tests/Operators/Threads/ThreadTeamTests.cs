using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Operators.Threads;

namespace NGpt.Torch.Tests.Operators.Threads;

/// <summary>Both teams of threads: every share exactly once, failures come back, shares cover everything.</summary>
public sealed unsafe class ThreadTeamTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 7)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 7)]
    public void Every_share_runs_exactly_once_in_every_round(bool openMP, int threads)
    {
        using ThreadTeam team = Team(openMP, threads);
        int* counts = (int*)NativeMemory.AllocZeroed((nuint)threads, sizeof(int));
        for (int round = 1; round <= 2000; round++)
        {
            team.Run(new Count { Counts = counts });
            for (int thread = 0; thread < threads; thread++)
            {
                Assert.Equal(round, counts[thread]);
            }
        }

        NativeMemory.Free(counts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_team_that_has_gone_to_sleep_wakes_up(bool openMP)
    {
        using ThreadTeam team = Team(openMP, 3);
        int* counts = (int*)NativeMemory.AllocZeroed(3, sizeof(int));
        for (int round = 1; round <= 20; round++)
        {
            // Longer than any thread of a team spins.
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(10);
            team.Run(new Count { Counts = counts });
            Assert.Equal([round, round, round], new ReadOnlySpan<int>(counts, 3).ToArray());
        }

        NativeMemory.Free(counts);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public void A_failure_in_a_share_arrives_at_the_caller(bool openMP, int threads)
    {
        using ThreadTeam team = Team(openMP, threads);
        int* counts = (int*)NativeMemory.AllocZeroed((nuint)threads, sizeof(int));
        for (int failing = 0; failing < threads; failing++)
        {
            InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => team.Run(new Fail { Thread = failing }));
            Assert.Equal("Fail failed: as planned", failure.Message);
            team.Run(new Count { Counts = counts });
            Assert.Equal(failing + 1, counts[failing]);
        }

        NativeMemory.Free(counts);
    }

    [Theory]
    [InlineData(10, 3, 1)]
    [InlineData(2, 5, 1)]
    [InlineData(100, 3, 16)]
    [InlineData(15, 2, 16)]
    [InlineData(0, 2, 4)]
    public void Shares_cover_the_range_without_overlap(int count, int threads, int unit)
    {
        int at = 0;
        for (int thread = 0; thread < threads; thread++)
        {
            (int first, int end) = ThreadTeam.Share(count, thread, threads, unit);
            Assert.Equal(at, first);
            Assert.InRange(end, first, count);
            Assert.True(end == count || end % unit == 0);
            at = end;
        }

        Assert.Equal(count, at);
    }

    private static ThreadTeam Team(bool openMP, int threads)
    {
        if (!openMP)
        {
            return new WorkerTeam(threads);
        }

        ThreadTeam? team = OpenMPTeam.TryCreate(threads);
        Assert.SkipWhen(team is null, "libtorch brought no libgomp");
        return team!;
    }

    private readonly struct Count : IParallelWork
    {
        public required int* Counts { get; init; }

        public void Run(int thread, int threads) => Counts[thread]++;
    }

    private readonly struct Fail : IParallelWork
    {
        public required int Thread { get; init; }

        public void Run(int thread, int threads)
        {
            if (thread == Thread)
            {
                throw new ArithmeticException("as planned");
            }
        }
    }
}
