namespace NGpt.Core.Configuration;

/// <summary>Where and how one call runs: nothing here changes what is trained, only how it is rounded.</summary>
public sealed record RunOptions
{
    /// <summary>Folder of the run, or null for a new one under <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Type of the matrix products, or null for the one that suits engine and processor.</summary>
    public Precision? Precision { get; init; }

    /// <summary>What computes the steps, or null for the fast engine where it can.</summary>
    public EngineKind? Engine { get; init; }

    /// <summary>Whether activations are computed again in the backward pass instead of being kept.</summary>
    public bool Recompute { get; init; }

    /// <summary>CPU threads, or null for as many as the machine has cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Checkpoint whose weights a new run starts from, or null.</summary>
    public string? InitFrom { get; init; }

    /// <summary><c>auto</c>, the run or checkpoint to continue, or null for a new run.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether to evaluate once and stop.</summary>
    public bool EvalOnly { get; init; }

    /// <summary>Whether to print what training would need of memory, and stop.</summary>
    public bool ExplainMemory { get; init; }

    /// <summary>Time after which to save and stop, or null.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Tokens of the text written at the end; 0 for none.</summary>
    public int SampleTokens { get; init; }
}
