using NGpt.Core.Numerics;
using NGpt.Torch.Training;

namespace NGpt.Torch.Benchmarks;

/// <summary>What was measured of one subject. Figures are null where it was not measured.</summary>
public sealed record SubjectReport
{
    /// <summary>The subject.</summary>
    public required BenchmarkSubject Subject { get; init; }

    /// <summary>What became of it.</summary>
    public required SubjectStatus Status { get; init; }

    /// <summary>Why it was not measured; null where it was.</summary>
    public string? Reason { get; init; }

    /// <summary>What computed, for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether its process was started anew in every round, because the subjects together do not fit into memory.</summary>
    public bool StartedEveryRound { get; init; }

    /// <summary>Steps of one measurement.</summary>
    public int StepsPerRound { get; init; }

    /// <summary>Mean time of a step in milliseconds, one value a round; null for a round in which it was not measured.</summary>
    public required IReadOnlyList<double?> RoundMilliseconds { get; init; }

    /// <summary>Time of a step in milliseconds, over the rounds.</summary>
    public Spread? StepMilliseconds { get; init; }

    /// <summary>Tokens a second; null for matrix products.</summary>
    public Spread? TokensPerSecond { get; init; }

    /// <summary>Model arithmetic in billions of operations a second (<see cref="ArithmeticRate"/>).</summary>
    public Spread? Gigaflops { get; init; }

    /// <summary>That rate as a share of the rate of bare bf16 matrix products, round by round.</summary>
    public Spread? ShareOfBf16Products { get; init; }

    /// <summary>The most physical memory of its process, in bytes.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Managed memory that a step allocates, in bytes: the median over the rounds.</summary>
    public double? ManagedBytesPerStep { get; init; }

    /// <summary>Loss of the very first step in nats a token: near the same for all subjects of an architecture.</summary>
    public double? FirstLoss { get; init; }

    /// <summary>Where the time of a step went: the median over the rounds.</summary>
    public IReadOnlyList<StageTime> Stages { get; init; } = [];
}
