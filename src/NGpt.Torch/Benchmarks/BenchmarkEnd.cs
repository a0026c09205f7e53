namespace NGpt.Torch.Benchmarks;

/// <summary>Why a benchmark ended.</summary>
public enum BenchmarkEnd
{
    /// <summary>All rounds were measured.</summary>
    Completed,

    /// <summary>The time limit came first.</summary>
    TimeLimit,

    /// <summary>The person stopped it.</summary>
    Stopped,
}
