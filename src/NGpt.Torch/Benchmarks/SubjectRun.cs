namespace NGpt.Torch.Benchmarks;

/// <summary>One subject while a benchmark runs: its process, and what was measured of it so far.</summary>
internal sealed class SubjectRun(BenchmarkSubject subject, long estimatedMemory) : IDisposable
{
    private const int MaxSteps = 10_000;
    private const int MinWarmUpSteps = 2;

    /// <summary>The subject.</summary>
    public BenchmarkSubject Subject => subject;

    /// <summary>Memory that its process was expected to need, in bytes.</summary>
    public long EstimatedMemory => estimatedMemory;

    /// <summary>How long its process lives.</summary>
    public Residency Residency { get; set; }

    /// <summary>What became of it.</summary>
    public SubjectStatus Status { get; private set; }

    /// <summary>Why it is not measured, or not any more.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether it is still to be measured.</summary>
    public bool IsActive => Status is SubjectStatus.NotReached or SubjectStatus.Measured;

    /// <summary>What the process said about itself; null before it was started.</summary>
    public WorkerReady? Ready { get; private set; }

    /// <summary>Steps of one measurement.</summary>
    public int StepsPerRound { get; private set; }

    /// <summary>Loss of the very first step.</summary>
    public double? FirstLoss { get; private set; }

    /// <summary>Measurements by round; null for rounds without one.</summary>
    public List<WorkerMeasurement?> Rounds { get; } = [];

    private IBenchmarkSession? Session { get; set; }

    /// <summary>Gives up on the subject; what was measured is kept.</summary>
    public void LeaveOut(SubjectStatus status, string reason)
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
            // The first steps are the slow ones: no more steps than so far, or a short warm-up would take long.
            int more = Math.Clamp(StepsIn(options.WarmUp.TotalSeconds - seconds, latest), 1, steps);
            latest = Session.Measure(more);
            steps += more;
            seconds += latest.Seconds.Sum();
        }

        StepsPerRound = Math.Clamp(StepsIn(options.MeasurementTime.TotalSeconds, latest), 1, MaxSteps);
    }

    /// <summary>Measures once.</summary>
    /// <param name="round">The round, from 0.</param>
    /// <returns>The measurement.</returns>
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

    /// <summary>Ends the process; it can be started again.</summary>
    public void Dispose()
    {
        Session?.Dispose();
        Session = null;
    }

    private static int StepsIn(double seconds, WorkerMeasurement measured) =>
        (int)Math.Ceiling(Math.Clamp(seconds / Math.Max(measured.StepSeconds, 1e-9), 0, MaxSteps));
}
