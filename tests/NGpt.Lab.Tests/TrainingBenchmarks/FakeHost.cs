using NGpt.Core.Errors;
using NGpt.Lab.TrainingBenchmarks;
using NGpt.Torch.Training;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

/// <summary>Subjects that take steps of a given length on a clock of their own, and a log of what happened.</summary>
internal sealed class FakeHost : TimeProvider, IBenchmarkHost, IBenchmarkObserver
{
    private long _milliseconds;

    /// <summary>What happened, one entry each: +name started, -name ended, name measured.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Subjects reported as skipped, with the reason.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Time of the steps of a subject in milliseconds, by its name and the number of the step.</summary>
    public Func<string, int, int> StepTime { get; set; } = (_, _) => 1000;

    /// <summary>Memory that a subject is thought to need, by its name; null where it cannot run.</summary>
    public Func<string, long?> Needed { get; set; } = _ => 1;

    /// <summary>First loss of a subject, by its name.</summary>
    public Func<string, double> FirstLoss { get; set; } = _ => 5;

    /// <summary>Called before every measurement with the subject's name; may throw.</summary>
    public Action<string> BeforeMeasurement { get; set; } = _ => { };

    public long AvailableMemory { get; set; } = 1000;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => _milliseconds;

    public long Memory(BenchmarkSubject subject, BenchmarkSize size) => Needed(subject.Name) ?? throw new NGptException("no such engine");

    public IBenchmarkSession Start(BenchmarkSubject subject, BenchmarkSize size)
    {
        Events.Add($"+{subject.Name}");
        return new Session(this, subject.Name);
    }

    public void OnSize(BenchmarkSize size, int subjects, int rounds) => Events.Add($"{size.Name}: {subjects} subjects, {rounds} rounds");

    public void OnWarmUp(BenchmarkSubject subject)
    {
    }

    public void OnSkipped(BenchmarkSubject subject, string reason) => Skipped.Add($"{subject.Name}: {reason}");

    public void OnMeasuring(int round, BenchmarkSubject subject)
    {
    }

    public void OnMeasured(int round, BenchmarkSubject subject, double stepSeconds) => Events.Add(subject.Name);

    public void OnRoundEnded(int round) => Events.Add($"round {round}");

    private sealed class Session(FakeHost host, string name) : IBenchmarkSession
    {
        private int _steps;
        private bool _ended;

        public WorkerReady Ready { get; } = new() { Description = name, OperationsPerStep = name.StartsWith("products", StringComparison.Ordinal) ? 4e9 : 1e9, Threads = 2 };

        public WorkerMeasurement Measure(int steps)
        {
            Assert.False(_ended);
            host.BeforeMeasurement(name);
            double[] seconds = new double[steps];
            for (int step = 0; step < steps; step++)
            {
                int milliseconds = host.StepTime(name, _steps++);
                host._milliseconds += milliseconds;
                seconds[step] = milliseconds / 1000.0;
            }

            return new WorkerMeasurement(seconds, host.FirstLoss(name), [new StageTime("all", seconds[^1] * 1000)], ManagedBytes: 100 * steps, PeakMemory: name.Contains("fast", StringComparison.Ordinal) ? 30 : 90);
        }

        public void Dispose()
        {
            _ended = true;
            host.Events.Add($"-{name}");
        }
    }
}
