using System.Runtime.InteropServices;

namespace NGpt.Core.Numerics.Threads;

/// <summary>
/// The threads that run kernels. Every thread gets a share that depends on its number alone, so that sums are formed
/// in the same order each time. Called from one thread at a time; never from within a kernel.
/// </summary>
internal abstract unsafe class ThreadTeam : IDisposable
{
    // How a share that native code runs finds its team again; weak, so that a team that was not disposed of can be collected.
    private GCHandle _self;
    private Exception? _failure;

    private protected ThreadTeam() => _self = GCHandle.Alloc(this, GCHandleType.Weak);

    /// <summary>Number of threads, the caller included.</summary>
    public abstract int Threads { get; }

    /// <summary>What runs the threads, human-readable.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// The part of a range that one thread takes: contiguous, the parts differing by one unit at most.
    /// <paramref name="unit"/>: parts begin at multiples of this. Returns first item and the one after the last.
    /// </summary>
    public static (int First, int End) Share(int count, int thread, int threads, int unit = 1)
    {
        long units = ((long)count + unit - 1) / unit;
        return ((int)Math.Min(count, units * thread / threads * unit), (int)Math.Min(count, units * (thread + 1) / threads * unit));
    }

    /// <summary>Runs the work on all threads and returns when all are done.</summary>
    public void Run<TWork>(TWork work)
        where TWork : unmanaged, IParallelWork
    {
        Job job = new(&Call<TWork>, &work, GCHandle.ToIntPtr(_self));
        if (Threads == 1)
        {
            RunShare(&job, 0, 1);
        }
        else
        {
            Start(ref job);
        }

        if (Interlocked.Exchange(ref _failure, null) is Exception failure)
        {
            throw new InvalidOperationException($"{typeof(TWork).Name} failed: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    /// <summary>Lets all threads, the caller too, take their share of a job, and waits.</summary>
    private protected abstract void Start(ref Job job);

    /// <summary>Takes one thread's share; a failure is kept for the caller, since a native thread cannot pass it on.</summary>
    private protected static void RunShare(Job* job, int thread, int threads)
    {
        try
        {
            job->Body(job->Work, thread, threads);
        }
#pragma warning disable CA1031 // Whatever it is: an exception that leaves a native callback ends the process.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            ThreadTeam team = (ThreadTeam)GCHandle.FromIntPtr(job->Team).Target!;
            Interlocked.CompareExchange(ref team._failure, failure, null);
        }
    }

    private static void Call<TWork>(void* work, int thread, int threads)
        where TWork : unmanaged, IParallelWork => ((TWork*)work)->Run(thread, threads);

    /// <summary>A job as native code can carry it.</summary>
    private protected readonly struct Job(delegate*<void*, int, int, void> body, void* work, nint team)
    {
        public readonly delegate*<void*, int, int, void> Body = body;
        public readonly void* Work = work;
        public readonly nint Team = team;
    }
}

/// <summary>Work that a team of threads shares: a struct of pointers and sizes without references.</summary>
internal interface IParallelWork
{
    /// <summary>Does one thread's share, which must depend on the two arguments alone.</summary>
    void Run(int thread, int threads);
}
