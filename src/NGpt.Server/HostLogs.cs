using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace NGpt.Server;

/// <summary>The logs of the web host, without those of failures that it also throws.</summary>
internal sealed class HostLogs(ILoggerFactory logs) : ILoggerFactory
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Microsoft.Extensions.Hosting.", StringComparison.Ordinal) ? NullLogger.Instance : logs.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    /// <summary>Does nothing: the logs belong to the caller.</summary>
    public void Dispose()
    {
    }
}
