using Microsoft.Extensions.Logging;

namespace NGpt.Cli.Display;

/// <summary>Failures of a server as lines of a text: what happened, and where from.</summary>
internal sealed class LineLogs(TextWriter output) : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        lock (_gate)
        {
            output.WriteLine($"ngpt: {formatter(state, exception)}");
            if (exception is not null)
            {
                output.WriteLine(exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
