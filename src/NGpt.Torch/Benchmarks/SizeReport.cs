namespace NGpt.Torch.Benchmarks;

/// <summary>Everything that was measured at one size.</summary>
public sealed record SizeReport
{
    /// <summary>The size.</summary>
    public required BenchmarkSize Size { get; init; }

    /// <summary>Rounds in which all subjects had their turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>Bare matrix products, bf16 and float32.</summary>
    public required IReadOnlyList<SubjectReport> Products { get; init; }

    /// <summary>The subjects that train.</summary>
    public required IReadOnlyList<SubjectReport> Subjects { get; init; }

    /// <summary>The subjects compared.</summary>
    public required IReadOnlyList<RatioReport> Ratios { get; init; }

    /// <summary>What a reader of the figures has to know, one sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
