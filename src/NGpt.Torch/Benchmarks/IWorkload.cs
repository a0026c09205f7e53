using NGpt.Torch.Training;

namespace NGpt.Torch.Benchmarks;

/// <summary>Something that a worker process repeats and times.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>What computes, for people.</summary>
    string Description { get; }

    /// <summary>Floating-point operations of one step.</summary>
    double OperationsPerStep { get; }

    /// <summary>Where the time of the last step went; empty where it is not known.</summary>
    IReadOnlyList<StageTime> StageTimes { get; }

    /// <summary>Takes one step, to its end.</summary>
    /// <returns>Its loss in nats a token; 0 where there is none.</returns>
    double Step();
}
