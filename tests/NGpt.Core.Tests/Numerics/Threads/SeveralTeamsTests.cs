using NGpt.Core.Numerics.Threads;

namespace NGpt.Core.Tests.Numerics.Threads;

/// <summary>Several teams in one process.</summary>
public sealed class SeveralTeamsTests
{
    private static readonly ManualResetEventSlim Failed = new();
    private static readonly ManualResetEventSlim OtherDone = new();

    [Fact]
    public void A_failure_arrives_at_the_caller_of_its_own_team()
    {
        using WorkerTeam failing = new(2);
        using WorkerTeam other = new(2);
        Exception? seen = null;
        Thread caller = new(() => seen = Record.Exception(() => failing.Run(new FailThenWait())));
        caller.Start();
        Failed.Wait(TestContext.Current.CancellationToken);
        // One share has failed, its team has not ended: what the other team runs is not concerned.
        other.Run(new Nothing());
        OtherDone.Set();
        caller.Join();
        Assert.Equal("FailThenWait failed: as planned", Assert.IsType<InvalidOperationException>(seen).Message);
        failing.Run(new Nothing());
    }

    private readonly struct FailThenWait : IParallelWork
    {
        public void Run(int thread, int threads)
        {
            if (thread == 0)
            {
                // Beside its own share, the caller's thread waits until the other team has run.
                OtherDone.Wait();
                return;
            }

            Failed.Set();
            throw new InvalidOperationException("as planned");
        }
    }

    private readonly struct Nothing : IParallelWork
    {
        public void Run(int thread, int threads)
        {
        }
    }
}
