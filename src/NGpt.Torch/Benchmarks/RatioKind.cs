namespace NGpt.Torch.Benchmarks;

/// <summary>What two subjects are compared by.</summary>
public enum RatioKind
{
    /// <summary>Speed of the first over speed of the second: above 1 where the first is faster.</summary>
    Speed,

    /// <summary>Step time of the first over step time of the second.</summary>
    StepTime,

    /// <summary>Peak memory of the first over peak memory of the second.</summary>
    Memory,
}
