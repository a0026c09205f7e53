using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>
/// Times engines, precisions and architectures against each other and against bare matrix products: one process for
/// each, measured interleaved. This process never loads libtorch.
/// </summary>
public sealed class TrainingBenchmark
{
    private readonly BenchmarkOptions _options;
    private readonly IBenchmarkObserver _observer;
    private readonly IBenchmarkHost _host;
    private readonly TimeProvider _clock;

    internal TrainingBenchmark(BenchmarkOptions options, IBenchmarkObserver observer, IBenchmarkHost host, TimeProvider clock) =>
        (_options, _observer, _host, _clock) = (options, observer, host, clock);

    /// <summary>Runs a benchmark.</summary>
    /// <param name="options">What to compare.</param>
    /// <param name="program">How to start a process that runs <see cref="BenchmarkWorker"/>.</param>
    /// <param name="observer">Receives progress.</param>
    /// <param name="stop">Stops at once; measurements so far are reported.</param>
    /// <returns>The measurements.</returns>
    /// <exception cref="UsageException">The options are invalid.</exception>
    /// <exception cref="NGptException">Nothing fits in memory, or even matrix products cannot be measured.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before anything was measured.</exception>
    public static BenchmarkReport Run(BenchmarkOptions options, BenchmarkProgram program, IBenchmarkObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(observer);
        return new TrainingBenchmark(options, observer, new ProcessHost(options, program, stop), TimeProvider.System).Run(stop);
    }

    internal BenchmarkReport Run(CancellationToken stop)
    {
        ThrowIfInvalid();
        ThrowIfNothingToMeasure();
        long began = _clock.GetTimestamp();
        List<SizeReport> sizes = [];
        BenchmarkEnd end = BenchmarkEnd.Completed;
        WorkerReady? worker = null;
        foreach (BenchmarkSize size in _options.Sizes)
        {
            using SizeBenchmark benchmark = new(_options, size, _host, _observer, _clock);
            benchmark.Run(Deadline(began, _options.Sizes.Count - sizes.Count), stop);
            sizes.Add(SizeReportBuilder.Build(benchmark, _options));
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
            throw new NGptException("time limit reached before anything was measured", "Give a longer --time-limit, or fewer --subjects");
        }

        return new BenchmarkReport(end, BenchmarkMachine.Read(worker), sizes, _clock.GetElapsedTime(began));
    }

    // Time that one size leaves unused is shared by the remaining ones.
    private long? Deadline(long began, int sizesLeft)
    {
        if (_options.TimeLimit is not TimeSpan limit)
        {
            return null;
        }

        TimeSpan left = limit - _clock.GetElapsedTime(began);
        return _clock.GetTimestamp() + (long)(Math.Max(0, left.TotalSeconds) / sizesLeft * _clock.TimestampFrequency);
    }

    private void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Rounds, 1);
        string[] problems = [.. _options.Sizes.SelectMany(size => size.Validate().Select(problem => $"{size.Name}: {problem}"))];
        if (problems.Length > 0)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        if (_options.Sizes.Count == 0 || _options.Subjects.Count == 0)
        {
            throw new UsageException("nothing to measure", "give a size, an architecture and a subject");
        }
    }

    // A benchmark of bare matrix products alone was not requested.
    private void ThrowIfNothingToMeasure()
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

/// <summary>What a benchmark compares, and how long it measures.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>The sizes, measured one after the other.</summary>
    public required IReadOnlyList<BenchmarkSize> Sizes { get; init; }

    /// <summary>The architectures.</summary>
    public IReadOnlyList<Architecture> Architectures { get; init; } = [Architecture.NGpt, Architecture.Gpt];

    /// <summary>The training variants.</summary>
    public IReadOnlyList<BenchmarkVariant> Variants { get; init; } = BenchmarkVariant.Training;

    /// <summary>Every training variant of every architecture.</summary>
    public IReadOnlyList<BenchmarkSubject> Subjects =>
        [.. Architectures.SelectMany(architecture => Variants.Select(variant => new BenchmarkSubject(variant, architecture)))];

    /// <summary>Measurements per subject.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Minimum time that a subject runs before it is measured, for compilation and allocation to settle.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Minimum time of one measurement: as many steps as needed, at least one.</summary>
    public TimeSpan MeasurementTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time limit of the whole benchmark, divided evenly among the sizes; null for none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Whether the fast engine recomputes activations in the backward pass.</summary>
    public bool Recompute { get; init; }

    /// <summary>Number of threads; null for the default.</summary>
    public int? Threads { get; init; }
}

/// <summary>How to start a worker process, which runs <see cref="BenchmarkWorker.Run"/> on its standard input and output.</summary>
/// <param name="File">The executable: a path, or a name on PATH.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record BenchmarkProgram(string File, IReadOnlyList<string> Arguments);

/// <summary>Receives progress events, on the thread that runs the benchmark.</summary>
public interface IBenchmarkObserver
{
    /// <summary>A size starts.</summary>
    /// <param name="size">The size.</param>
    /// <param name="subjects">Subjects that will be measured, matrix products included.</param>
    /// <param name="rounds">Planned rounds.</param>
    void OnSize(BenchmarkSize size, int subjects, int rounds);

    /// <summary>A subject starts and is warmed up.</summary>
    /// <param name="subject">The subject.</param>
    void OnWarmUp(BenchmarkSubject subject);

    /// <summary>A subject is skipped, from the start or from now on.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="reason">Why.</param>
    void OnSkipped(BenchmarkSubject subject, string reason);

    /// <summary>A measurement starts.</summary>
    /// <param name="round">Number of the round, from 1.</param>
    /// <param name="subject">The subject.</param>
    void OnMeasuring(int round, BenchmarkSubject subject);

    /// <summary>A measurement is complete.</summary>
    /// <param name="round">Number of the round, from 1.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="stepSeconds">Mean time of a step.</param>
    void OnMeasured(int round, BenchmarkSubject subject, double stepSeconds);

    /// <summary>A round is complete.</summary>
    /// <param name="round">Number of the round, from 1.</param>
    void OnRoundEnded(int round);
}
