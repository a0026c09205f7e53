namespace NGpt.Data.Fetch;

/// <summary>An attempt failed in a way that another one may not.</summary>
/// <param name="reason">Why: one clause.</param>
/// <param name="wait">How long the server asks to wait, or null.</param>
/// <param name="inner">The cause, or null.</param>
internal sealed class RetryableException(string reason, TimeSpan? wait = null, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>How long the server asks to wait, or null.</summary>
    public TimeSpan? Wait { get; } = wait;
}
