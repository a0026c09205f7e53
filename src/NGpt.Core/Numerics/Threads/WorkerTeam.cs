using System.Diagnostics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NGpt.Core.Errors;

namespace NGpt.Core.Numerics.Threads;

/// <summary>
/// Threads of .NET: those of inference, and those of training where libtorch has no libgomp. They spin for a short while and
/// then sleep, so that an idle team leaves the cores to others.
/// </summary>
internal sealed unsafe class WorkerTeam : ThreadTeam
{
    // Longer than the gaps between the kernels of a step, and than the choice of a token between two steps; shorter than
    // what another program would notice.
    private static readonly TimeSpan SpinLimit = TimeSpan.FromMicroseconds(50);

    // The time is looked at now and then only.
    private const int SpinsBetweenChecks = 32;

    private readonly long _spinLimitTicks;
    private readonly Thread[] _workers;
    private readonly SemaphoreSlim[] _wakeUp;
    private readonly int[] _sleeping;
    private readonly SemaphoreSlim _done = new(0);
    private readonly int _started;
    private Job* _job;
    private int _round;
    private int _running;
    private int _callerSleeps;
    private bool _closing;

    /// <summary>Starts the threads.</summary>
    public WorkerTeam(int threads)
        : this(threads, SpinLimit, static thread => thread.Start())
    {
    }

    /// <summary>Starts the threads in a given way, which may fail.</summary>
    internal WorkerTeam(int threads, TimeSpan spinLimit, Action<Thread> start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _spinLimitTicks = (long)(spinLimit.TotalSeconds * Stopwatch.Frequency);
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
                throw new NGptException($"thread {_started + 1} of {_workers.Length} could not be started: {failure.Message}", "use fewer threads", failure);
            }

            throw;
        }
    }

    public override int Threads { get; }

    public override string Description => Threads == 1 ? "1 thread" : $"{Threads} threads";

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
            NextRound();
            RunShare(pinned, 0, Threads);
            WaitForWorkers();
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
            if (Interlocked.Decrement(ref _running) == 0 && Interlocked.Exchange(ref _callerSleeps, 0) == 1)
            {
                _done.Release();
            }
        }
    }

    // A wake-up can be one too many: a worker may have done a round and lie down again while the caller still goes
    // about waking the others for it. So only the number of the round counts.
    private void WaitForRound(int worker, int seen)
    {
        while (!SpinUntil(ref _round, seen, equal: false))
        {
            // Say that this thread sleeps, then look again: the round may have begun in between. The thread that takes the flag
            // back decides whether there is a wake-up to wait for.
            Interlocked.Exchange(ref _sleeping[worker], 1);
            if (Volatile.Read(ref _round) == seen || Interlocked.Exchange(ref _sleeping[worker], 0) == 0)
            {
                _wakeUp[worker].Wait();
            }
        }
    }

    // As above: the flag says who looks last, and a wake-up may still be one of the round before, whose last worker had
    // been held up. So only the number of those that run counts.
    private void WaitForWorkers()
    {
        while (!SpinUntil(ref _running, 0, equal: true))
        {
            Interlocked.Exchange(ref _callerSleeps, 1);
            if (Volatile.Read(ref _running) != 0 || Interlocked.Exchange(ref _callerSleeps, 0) == 0)
            {
                _done.Wait();
            }
        }
    }

    // Spins until a value equals another one, or does not; false when the limit is reached. No call into the system but
    // for the time: where it is slow, yielding costs more than the work that is waited for.
    private bool SpinUntil(ref int number, int other, bool equal)
    {
        long end = 0;
        for (int spin = 1; ; spin++)
        {
            if ((Volatile.Read(ref number) == other) == equal)
            {
                return true;
            }

            if (X86Base.IsSupported)
            {
                X86Base.Pause();
            }
            else if (ArmBase.IsSupported)
            {
                ArmBase.Yield();
            }
            else
            {
                Thread.SpinWait(1);
            }

            if (spin % SpinsBetweenChecks == 0)
            {
                long now = Stopwatch.GetTimestamp();
                end = end == 0 ? now + _spinLimitTicks : end;
                if (now >= end)
                {
                    return false;
                }
            }
        }
    }
}
