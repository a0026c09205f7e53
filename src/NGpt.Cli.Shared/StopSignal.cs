using System.Runtime.InteropServices;

namespace NGpt.Cli;

/// <summary>
/// Turns Ctrl-C, SIGTERM and SIGHUP (the terminal was closed) into a request to stop: the first one cancels <see cref="Token"/>, so that the work
/// finishes what it has begun and saves; the second one ends the process at once.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>Begins to listen.</summary>
    public StopSignal()
    {
        Listen(PosixSignal.SIGINT, Cli.ExitCode.Interrupted);
        Listen(PosixSignal.SIGTERM, Cli.ExitCode.Terminated);
        Listen(PosixSignal.SIGHUP, Cli.ExitCode.HungUp);
        if (OperatingSystem.IsWindows())
        {
            // Windows sends Ctrl-Break as SIGQUIT; elsewhere that signal asks for a core dump.
            Listen(PosixSignal.SIGQUIT, Cli.ExitCode.Interrupted);
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of the first signal, or 0 where none came.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>What a signal does.</summary>
    internal void Receive(int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) == 0)
        {
            CancelUnlessEnded();
        }
        else
        {
            Environment.Exit(exitCode);
        }
    }

    private void Listen(PosixSignal signal, int exitCode) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            Receive(exitCode);
        }));

    // A signal may be on another thread while the work ends by itself: an exception there would end the process with a stack trace.
    private void CancelUnlessEnded()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
