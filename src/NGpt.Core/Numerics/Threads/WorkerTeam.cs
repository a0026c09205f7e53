using NGpt.Core.Errors;

namespace NGpt.Core.Numerics.Threads;

/// <summary>
/// Threads of our own, for systems where libtorch has no libgomp: they wait a short while turning and then sleep, so
/// that an idle team leaves the cores to others.
/// </summary>
internal sealed unsafe class WorkerTeam : ThreadTeam
{
    // About 20 µs: longer than the gap between two kernels of a step, shorter than what another program would notice.
    private const int SpinTurns = 2_000;

    private readonly Thread[] _workers;
    private readonly SemaphoreSlim[] _wakeUp;
    private readonly int[] _sleeping;
    private readonly ManualResetEventSlim _done = new(false, SpinTurns);
    private readonly int _started;
    private Job* _job;
    private int _round;
    private int _running;
    private bool _closing;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">Number of threads, the caller included.</param>
    /// <exception cref="NGptException">The system gives no more threads; none is left behind.</exception>
    public WorkerTeam(int threads)
        : this(threads, static thread => thread.Start())
    {
    }

    /// <summary>Starts the threads in a given way, which may fail.</summary>
    /// <param name="threads">Number of threads, the caller included.</param>
    /// <param name="start">Starts one.</param>
    internal WorkerTeam(int threads, Action<Thread> start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers = new Thread[threads - 1];
        _wakeUp = new SemaphoreSlim[threads - 1];
        _sleeping = new int[threads - 1];
        try
        {
            for (; _started < _workers.Length; _started++)
            {
                int worker = _started;
                _wakeUp[worker] = new SemaphoreSlim(0);
                _workers[worker] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"kernel {worker + 1}" };
                start(_workers[worker]);
            }
        }
        catch (Exception failure)
        {
            Dispose();
            if (failure is OutOfMemoryException or ThreadStartException)
            {
                throw new NGptException($"thread {_started + 1} of {_workers.Length} could not be started: {failure.Message}", "ask for fewer threads", failure);
            }

            throw;
        }
    }

    public override int Threads { get; }

    public override string Description => $"{Threads} threads";

    public override void Dispose()
    {
        Volatile.Write(ref _closing, true);
        NextRound();
        for (int i = 0; i < _started; i++)
        {
            _workers[i].Join();
            _wakeUp[i].Dispose();
        }

        _done.Dispose();
        base.Dispose();
    }

    private protected override void Start(ref Job job)
    {
        fixed (Job* pinned = &job)
        {
            _job = pinned;
            _running = _workers.Length;
            _done.Reset();
            NextRound();
            RunShare(pinned, 0, Threads);
            _done.Wait();
            _job = null;
        }
    }

    private void NextRound()
    {
        Interlocked.Increment(ref _round);
        for (int i = 0; i < _workers.Length; i++)
        {
            if (Interlocked.Exchange(ref _sleeping[i], 0) == 1)
            {
                _wakeUp[i].Release();
            }
        }
    }

    private void Work(int worker)
    {
        int seen = 0;
        while (true)
        {
            WaitForRound(worker, seen);
            seen++;
            if (Volatile.Read(ref _closing))
            {
                return;
            }

            RunShare(_job, worker + 1, Threads);
            if (Interlocked.Decrement(ref _running) == 0)
            {
                _done.Set();
            }
        }
    }

    // A wake-up can be one too many: a worker may have done a round and lie down again while the caller still goes
    // about waking the others for it. So only the number of the round counts.
    private void WaitForRound(int worker, int seen)
    {
        while (!HasBegun(seen))
        {
            // Say that this thread sleeps, then look again: the round may have begun in between. Whoever takes the flag
            // back decides whether there is a wake-up to wait for.
            Interlocked.Exchange(ref _sleeping[worker], 1);
            if (Volatile.Read(ref _round) == seen || Interlocked.Exchange(ref _sleeping[worker], 0) == 0)
            {
                _wakeUp[worker].Wait();
            }
        }
    }

    private bool HasBegun(int seen)
    {
        for (int turn = 0; turn < SpinTurns; turn++)
        {
            if (Volatile.Read(ref _round) != seen)
            {
                return true;
            }

            Thread.SpinWait(1);
        }

        return false;
    }
}
