namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>One subject during a benchmark: its process and its measurements so far.</summary>
internal sealed class SubjectRun(BenchmarkSubject subject, long estimatedMemory) : IDisposable
{
    private const int MaxSteps = 10_000;
    private const int MinWarmUpSteps = 2;

    public BenchmarkSubject Subject => subject;

    /// <summary>Estimated memory of its process, in bytes.</summary>
    public long EstimatedMemory => estimatedMemory;

    public Residency Residency { get; set; }

    public SubjectStatus Status { get; private set; }

    /// <summary>Why it was skipped.</summary>
    public string? Reason { get; private set; }

    public bool IsActive => Status is SubjectStatus.NotReached or SubjectStatus.Measured;

    /// <summary>Null before the process was started.</summary>
    public WorkerReady? Ready { get; private set; }

    public int StepsPerRound { get; private set; }

    /// <summary>Loss of the first step.</summary>
    public double? FirstLoss { get; private set; }

    /// <summary>Measurements by round; null for rounds without one.</summary>
    public List<WorkerMeasurement?> Rounds { get; } = [];

    private IBenchmarkSession? Session { get; set; }

    /// <summary>Stops measuring the subject; measurements so far are kept.</summary>
    public void Skip(SubjectStatus status, string reason)
    {
        (Status, Reason) = (status, reason);
        Dispose();
    }

    /// <summary>Starts the process and runs it until compilation and allocation have settled.</summary>
    public void WarmUp(IBenchmarkHost host, BenchmarkSize size, BenchmarkOptions options)
    {
        Session = host.Start(subject, size);
        Ready = Session.Ready;
        WorkerMeasurement latest = Session.Measure(1);
        FirstLoss ??= subject.Architecture is null ? null : latest.FirstLoss;
        int steps = 1;
        double seconds = latest.StepSeconds;
        while (steps < MinWarmUpSteps || seconds < options.WarmUp.TotalSeconds)
        {
            // The first steps are slow, so at most double the count: else a short warm-up could take long.
            int more = Math.Clamp(StepsIn(options.WarmUp.TotalSeconds - seconds, latest), 1, steps);
            latest = Session.Measure(more);
            steps += more;
            seconds += latest.Seconds.Sum();
        }

        StepsPerRound = Math.Clamp(StepsIn(options.MeasurementTime.TotalSeconds, latest), 1, MaxSteps);
    }

    /// <summary>Takes one measurement; rounds are counted from 0.</summary>
    public WorkerMeasurement Measure(int round)
    {
        WorkerMeasurement measured = Session!.Measure(StepsPerRound);
        while (Rounds.Count < round)
        {
            Rounds.Add(null);
        }

        Rounds.Add(measured);
        Status = SubjectStatus.Measured;
        return measured;
    }

    /// <summary>Ends the process; it can be restarted.</summary>
    public void Dispose()
    {
        Session?.Dispose();
        Session = null;
    }

    private static int StepsIn(double seconds, WorkerMeasurement measured) =>
        (int)Math.Ceiling(Math.Clamp(seconds / Math.Max(measured.StepSeconds, 1e-9), 0, MaxSteps));
}
