namespace NGpt.Torch.Native;

/// <summary>How good or bad a finding of <see cref="Doctor"/> is.</summary>
public enum FindingStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but slower or with less than it could.</summary>
    Warning,

    /// <summary>Something will not work.</summary>
    Problem,
}
