namespace NGpt.Torch.Benchmarks;

/// <summary>What became of a subject.</summary>
public enum SubjectStatus
{
    /// <summary>The benchmark ended before it was measured.</summary>
    NotReached,

    /// <summary>It was measured.</summary>
    Measured,

    /// <summary>It cannot run here.</summary>
    Unsupported,

    /// <summary>The memory that it needs is more than there is.</summary>
    DoesNotFit,

    /// <summary>Its process ended by itself.</summary>
    Failed,
}
