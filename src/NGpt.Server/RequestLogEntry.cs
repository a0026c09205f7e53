namespace NGpt.Server;

/// <summary>A request that was answered, for a log.</summary>
/// <param name="Time">When it began.</param>
/// <param name="Client">The address of the client; empty where it is not known.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, percent-encoded, without a query.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Elapsed">Time from the request's headers to the end of the answer.</param>
public sealed record RequestLogEntry(DateTimeOffset Time, string Client, string Method, string Path, int Status, TimeSpan Elapsed)
{
    /// <summary>Whether the client disconnected before the answer was complete.</summary>
    public bool IsAborted { get; init; }

    /// <summary>Tokens of the prompts; null where nothing was generated.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Generated tokens; null where nothing was generated.</summary>
    public int? GeneratedTokens { get; init; }
}
