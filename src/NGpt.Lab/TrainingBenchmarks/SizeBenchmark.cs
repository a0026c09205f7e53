using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Measures the subjects of one size interleaved, round after round, so that a slowdown of the machine affects all of them.</summary>
internal sealed class SizeBenchmark : IDisposable
{
    private readonly BenchmarkOptions _options;
    private readonly BenchmarkSize _size;
    private readonly IBenchmarkHost _host;
    private readonly IBenchmarkObserver _observer;
    private readonly TimeProvider _clock;
    private readonly List<SubjectRun> _runs = [];

    /// <summary>Plans which subjects can run at the same time; starts nothing.</summary>
    public SizeBenchmark(BenchmarkOptions options, BenchmarkSize size, IBenchmarkHost host, IBenchmarkObserver observer, TimeProvider clock)
    {
        (_options, _size, _host, _observer, _clock) = (options, size, host, observer, clock);
        AvailableMemory = host.AvailableMemory;
        foreach (BenchmarkSubject subject in (BenchmarkSubject[])
            [BenchmarkSubject.Products(Precision.Bf16), BenchmarkSubject.Products(Precision.F32), .. options.Subjects])
        {
            AddRun(subject);
        }

        SubjectRun[] runnable = [.. _runs.Where(run => run.IsActive)];
        Residency[] plan = ResidencyPlan.Of([.. runnable.Select(run => run.EstimatedMemory)], AvailableMemory);
        for (int i = 0; i < runnable.Length; i++)
        {
            runnable[i].Residency = plan[i];
            if (plan[i] == Residency.DoesNotFit)
            {
                runnable[i].Skip(SubjectStatus.DoesNotFit, $"does not fit in memory: needs about {SizeReportBuilder.Gigabytes(runnable[i].EstimatedMemory)}, {SizeReportBuilder.Gigabytes(AvailableMemory)} are available");
            }
        }
    }

    /// <summary>The size.</summary>
    public BenchmarkSize Size => _size;

    /// <summary>Memory available before the first process was started, in bytes.</summary>
    public long AvailableMemory { get; }

    /// <summary>The subjects.</summary>
    public IReadOnlyList<SubjectRun> Runs => _runs;

    /// <summary>Why the last call of <see cref="Run"/> ended.</summary>
    public BenchmarkEnd End { get; private set; }

    /// <summary>Rounds in which every subject was measured.</summary>
    public int CompletedRounds { get; private set; }

    /// <summary>Warms up and measures; the processes have ended when it returns.</summary>
    public void Run(long? deadline, CancellationToken stop)
    {
        try
        {
            _observer.OnSize(_size, _runs.Count(run => run.IsActive), _options.Rounds);
            foreach (SubjectRun run in _runs.Where(run => !run.IsActive))
            {
                _observer.OnSkipped(run.Subject, run.Reason!);
            }

            End = Measure(deadline);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            End = BenchmarkEnd.Stopped;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Ends all processes.</summary>
    public void Dispose()
    {
        foreach (SubjectRun run in _runs)
        {
            run.Dispose();
        }
    }

    private BenchmarkEnd Measure(long? deadline)
    {
        foreach (SubjectRun run in _runs.Where(run => run.IsActive && run.Residency == Residency.Resident))
        {
            if (IsPast(deadline))
            {
                return BenchmarkEnd.TimeLimit;
            }

            Attempt(run, WarmUp);
        }

        long lastRound = 0;
        for (int round = 0; round < _options.Rounds; round++)
        {
            long began = _clock.GetTimestamp();
            // A round that cannot finish in time is not started.
            if (round > 0 && IsPast(deadline - lastRound))
            {
                return BenchmarkEnd.TimeLimit;
            }

            for (int i = 0; i < _runs.Count; i++)
            {
                // The order rotates, so that no subject always runs after the same one.
                SubjectRun run = _runs[(i + round) % _runs.Count];
                if (run.IsActive && IsPast(deadline))
                {
                    return BenchmarkEnd.TimeLimit;
                }

                if (run.IsActive)
                {
                    Attempt(run, run => MeasureRound(run, round));
                }
            }

            CompletedRounds = round + 1;
            _observer.OnRoundEnded(CompletedRounds);
            lastRound = _clock.GetTimestamp() - began;
        }

        return BenchmarkEnd.Completed;
    }

    private void MeasureRound(SubjectRun run, int round)
    {
        if (run.Residency == Residency.RestartedEveryRound)
        {
            WarmUp(run);
        }

        _observer.OnMeasuring(round + 1, run.Subject);
        _observer.OnMeasured(round + 1, run.Subject, run.Measure(round).StepSeconds);
        if (run.Residency == Residency.RestartedEveryRound)
        {
            run.Dispose();
        }
    }

    private void WarmUp(SubjectRun run)
    {
        _observer.OnWarmUp(run.Subject);
        run.WarmUp(_host, _size, _options);
    }

    // A subject that fails does not affect the others. Without matrix products there is no reference rate, and whatever
    // keeps them from running keeps everything else from running.
    private void Attempt(SubjectRun run, Action<SubjectRun> action)
    {
        try
        {
            action(run);
        }
        catch (WorkerFailedException failure)
        {
            if (run.Subject.Architecture is null)
            {
                throw new NGptException($"{run.Subject.Label}: {failure.Message}", failure.Remedy, failure);
            }

            run.Skip(SubjectStatus.Failed, failure.Remedy is null ? failure.Message : $"{failure.Message}; {failure.Remedy}");
            _observer.OnSkipped(run.Subject, run.Reason!);
        }
    }

    private void AddRun(BenchmarkSubject subject)
    {
        try
        {
            _runs.Add(new SubjectRun(subject, _host.Memory(subject, _size)));
        }
        catch (NGptException obstacle)
        {
            SubjectRun run = new(subject, estimatedMemory: 0);
            run.Skip(SubjectStatus.Unsupported, obstacle.Message);
            _runs.Add(run);
        }
    }

    private bool IsPast(long? deadline) => _clock.GetTimestamp() >= deadline;
}
