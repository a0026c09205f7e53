using NGpt.Core.Configuration;

namespace NGpt.Torch.Benchmarks;

/// <summary>What a benchmark compares, and how long it measures.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>The sizes, one after the other.</summary>
    public required IReadOnlyList<BenchmarkSize> Sizes { get; init; }

    /// <summary>The architectures.</summary>
    public IReadOnlyList<Architecture> Architectures { get; init; } = [Architecture.NGpt, Architecture.Gpt];

    /// <summary>The ways to train.</summary>
    public IReadOnlyList<BenchmarkVariant> Variants { get; init; } = BenchmarkVariant.Training;

    /// <summary>Every way to train with every architecture.</summary>
    public IReadOnlyList<BenchmarkSubject> Subjects =>
        [.. Architectures.SelectMany(architecture => Variants.Select(variant => new BenchmarkSubject(variant, architecture)))];

    /// <summary>Measurements of every subject.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Least time that a subject runs before it is measured: compilation and allocation settle.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Least time of one measurement: as many steps as that takes, at least one.</summary>
    public TimeSpan MeasurementTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time for everything, shared evenly by the sizes; null for as long as it takes.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Whether the fast engine computes activations again in the backward pass.</summary>
    public bool Recompute { get; init; }

    /// <summary>Number of threads; null for the default.</summary>
    public int? Threads { get; init; }
}
