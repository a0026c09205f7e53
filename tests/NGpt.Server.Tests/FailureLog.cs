using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NGpt.Server.Tests;

/// <summary>Records the failures that a server logs.</summary>
internal sealed class FailureLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Failures { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Failures.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
