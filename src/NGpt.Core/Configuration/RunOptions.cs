namespace NGpt.Core.Configuration;

/// <summary>Where and how one call runs: nothing here changes what is trained.</summary>
public sealed record RunOptions
{
    /// <summary>Folder of the run, or null for a new one under <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>auto</c> or <c>float32</c>.</summary>
    public string DataType { get; init; } = "auto";

    /// <summary>CPU threads, or null for as many as the machine has cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Checkpoint whose weights a new run starts from, or null.</summary>
    public string? InitFrom { get; init; }

    /// <summary><c>auto</c>, the run or checkpoint to continue, or null for a new run.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether to evaluate once and stop.</summary>
    public bool EvalOnly { get; init; }

    /// <summary>Time after which to save and stop, or null.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Tokens of the text written at the end; 0 for none.</summary>
    public int SampleTokens { get; init; }
}
