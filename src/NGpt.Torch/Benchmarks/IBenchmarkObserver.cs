namespace NGpt.Torch.Benchmarks;

/// <summary>Receives progress. Called on the thread that runs it.</summary>
public interface IBenchmarkObserver
{
    /// <summary>A size begins.</summary>
    /// <param name="size">The size.</param>
    /// <param name="subjects">Subjects that will be measured, matrix products included.</param>
    /// <param name="rounds">Rounds that are planned.</param>
    void OnSize(BenchmarkSize size, int subjects, int rounds);

    /// <summary>A subject is started and warmed up.</summary>
    /// <param name="subject">The subject.</param>
    void OnWarmUp(BenchmarkSubject subject);

    /// <summary>A subject will not be measured, or not any more.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="reason">Why.</param>
    void OnLeftOut(BenchmarkSubject subject, string reason);

    /// <summary>A measurement begins.</summary>
    /// <param name="round">Number of the round, from 1.</param>
    /// <param name="subject">The subject.</param>
    void OnMeasuring(int round, BenchmarkSubject subject);

    /// <summary>A measurement is done.</summary>
    /// <param name="round">Number of the round, from 1.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="stepSeconds">Mean time of a step.</param>
    void OnMeasured(int round, BenchmarkSubject subject, double stepSeconds);

    /// <summary>All subjects had their turn.</summary>
    /// <param name="round">Number of the round, from 1.</param>
    void OnRoundEnded(int round);
}
