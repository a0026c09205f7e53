namespace NGpt.Data.Fetch;

/// <summary>How files are downloaded.</summary>
public sealed record FetchOptions
{
    /// <summary>Takes the place of the scheme, host and port of every address, for a mirror with the same paths; null for none.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>Whether plain http is allowed beyond this machine. Without encryption anybody on the way can change the data.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>How often in a row nothing is received before it is given up; at least 1.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The longest wait for the next bytes.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits between attempts; null for a real wait.</summary>
    public Func<TimeSpan, CancellationToken, Task>? Delay { get; init; }

    /// <summary>The free bytes on the disk of a folder; null to ask the system.</summary>
    public Func<string, long>? FreeBytes { get; init; }
}
