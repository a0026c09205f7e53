using NGpt.Core.Errors;

namespace NGpt.Torch.Benchmarks;

/// <summary>
/// Times engines, precisions and architectures against each other and against bare matrix products: one process for
/// each, in turns. This process never loads libtorch.
/// </summary>
public sealed class TrainingBenchmark
{
    private readonly BenchmarkOptions _options;
    private readonly IBenchmarkObserver _observer;
    private readonly IBenchmarkHost _host;
    private readonly TimeProvider _clock;

    /// <summary>Makes a benchmark.</summary>
    internal TrainingBenchmark(BenchmarkOptions options, IBenchmarkObserver observer, IBenchmarkHost host, TimeProvider clock) =>
        (_options, _observer, _host, _clock) = (options, observer, host, clock);

    /// <summary>Runs a benchmark.</summary>
    /// <param name="options">What to compare.</param>
    /// <param name="program">How to start a process that runs <see cref="BenchmarkWorker"/>.</param>
    /// <param name="observer">Receives progress.</param>
    /// <param name="stop">Ends it at once; what was measured is reported.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="UsageException">The options are impossible.</exception>
    /// <exception cref="NGptException">Nothing fits into memory, or not even matrix products can be measured.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before anything was measured.</exception>
    public static BenchmarkReport Run(BenchmarkOptions options, BenchmarkProgram program, IBenchmarkObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(observer);
        return new TrainingBenchmark(options, observer, new ProcessHost(options, program, stop), TimeProvider.System).Run(stop);
    }

    /// <summary>Runs it.</summary>
    internal BenchmarkReport Run(CancellationToken stop)
    {
        Check();
        RequireSomethingToMeasure();
        long began = _clock.GetTimestamp();
        List<SizeReport> sizes = [];
        BenchmarkEnd end = BenchmarkEnd.Completed;
        WorkerReady? worker = null;
        foreach (BenchmarkSize size in _options.Sizes)
        {
            using SizeBenchmark benchmark = new(_options, size, _host, _observer, _clock);
            benchmark.Run(Deadline(began, _options.Sizes.Count - sizes.Count), stop);
            sizes.Add(SizeReports.Of(benchmark, _options));
            worker ??= benchmark.Runs.FirstOrDefault(run => run.Status == SubjectStatus.Measured)?.Ready;
            end = benchmark.End == BenchmarkEnd.Completed ? end : benchmark.End;
            if (end == BenchmarkEnd.Stopped)
            {
                break;
            }
        }

        if (worker is null)
        {
            stop.ThrowIfCancellationRequested();
            throw new NGptException("the time limit came before anything was measured", "Give a longer --time-limit, or fewer --subjects");
        }

        return new BenchmarkReport(end, BenchmarkMachine.Read(worker), sizes, _clock.GetElapsedTime(began));
    }

    // Time that one size leaves is shared by the next ones.
    private long? Deadline(long began, int sizesLeft)
    {
        if (_options.TimeLimit is not TimeSpan limit)
        {
            return null;
        }

        TimeSpan left = limit - _clock.GetElapsedTime(began);
        return _clock.GetTimestamp() + (long)(Math.Max(0, left.TotalSeconds) / sizesLeft * _clock.TimestampFrequency);
    }

    private void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Rounds, 1);
        string[] problems = [.. _options.Sizes.SelectMany(size => size.Validate().Select(problem => $"{size.Name}: {problem}"))];
        if (problems.Length > 0)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        if (_options.Sizes.Count == 0 || _options.Subjects.Count == 0)
        {
            throw new UsageException("there is nothing to measure", "give a size, an architecture and a subject");
        }
    }

    // Bare matrix products alone are not what was asked for.
    private void RequireSomethingToMeasure()
    {
        List<(SubjectRun Run, BenchmarkSize Size)> runs = [.. _options.Sizes
            .SelectMany(size => new SizeBenchmark(_options, size, _host, _observer, _clock).Runs.Select(run => (run, size)))
            .Where(pair => pair.run.Subject.Architecture is not null)];
        if (runs.Exists(pair => pair.Run.IsActive))
        {
            return;
        }

        (SubjectRun Run, BenchmarkSize Size)[] tooLarge = [.. runs.Where(pair => pair.Run.Status == SubjectStatus.DoesNotFit).OrderBy(pair => pair.Run.EstimatedMemory)];
        throw tooLarge is [var min, ..]
            ? new NGptException(
                $"nothing can be measured: even the smallest subject, {min.Run.Subject.Label} {min.Size.Name}, {min.Run.Reason}", "Give a smaller --size or --batch-size")
            : new NGptException($"nothing can be measured: {string.Join("; ", runs.Select(pair => pair.Run.Reason).Distinct())}");
    }
}
