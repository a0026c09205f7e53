using NGpt.Torch.Training;

namespace NGpt.Torch.Benchmarks;

/// <summary>What a worker process measured over some steps.</summary>
/// <param name="Seconds">Time of every step.</param>
/// <param name="FirstLoss">Loss of the first of these steps in nats a token; 0 for matrix products.</param>
/// <param name="Stages">Where the time of the last step went; empty where it is not known.</param>
/// <param name="ManagedBytes">Managed memory allocated by all these steps together.</param>
/// <param name="PeakMemory">The most physical memory that the process has held so far, in bytes.</param>
internal sealed record WorkerMeasurement(
    double[] Seconds, double FirstLoss, IReadOnlyList<StageTime> Stages, long ManagedBytes, long PeakMemory)
{
    /// <summary>Mean time of a step.</summary>
    public double StepSeconds => Seconds.Sum() / Seconds.Length;
}
