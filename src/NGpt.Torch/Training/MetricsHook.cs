using System.Collections.Concurrent;
using System.Diagnostics;
using NGpt.Core.Errors;

namespace NGpt.Torch.Training;

/// <summary>
/// Sends the lines of <c>metrics.jsonl</c> to the standard input of a program while they are written. A program that ends or
/// does not read never delays a step: its lines are dropped, with a warning. At the end of the run it has a few seconds.
/// </summary>
internal sealed class MetricsHook : IDisposable
{
    private const int MaxWaitingLines = 10_000;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly string _command;
    private readonly Action<string> _onWarning;
    private readonly Process _program;
    private readonly BlockingCollection<string> _lines = new(MaxWaitingLines);
    private readonly Thread _writer;
    private volatile string? _failure;
    private bool _isReported;

    private MetricsHook(string command, Process program, Action<string> onWarning)
    {
        (_command, _program, _onWarning) = (command, program, onWarning);
        _writer = new Thread(Send) { IsBackground = true, Name = "metrics hook" };
        _writer.Start();
    }

    /// <summary>Starts the program.</summary>
    /// <param name="command">A command line for the system's shell.</param>
    /// <param name="onWarning">Receives a warning, on the thread that writes lines.</param>
    /// <exception cref="NGptException">The shell cannot be started.</exception>
    public static MetricsHook Start(string command, Action<string> onWarning)
    {
        (string shell, string option) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        // What the program prints is not part of the run's own output.
        string line = OperatingSystem.IsWindows() ? $"({command}) 1>&2" : $"exec 1>&2\n{command}";
        try
        {
            Process program = Process.Start(new ProcessStartInfo(shell, [option, line]) { RedirectStandardInput = true })!;
            return new MetricsHook(command, program, onWarning);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new NGptException($"--metrics-hook {command}: {shell} cannot be started: {failure.Message}", "leave --metrics-hook out", failure);
        }
    }

    /// <summary>Sends a line.</summary>
    public void Write(string line)
    {
        if (_failure is null && !_lines.TryAdd(line))
        {
            _failure = "it does not read";
        }

        if (_failure is string reason && !_isReported)
        {
            _isReported = true;
            _onWarning($"--metrics-hook {_command}: {reason}: it gets no more lines; metrics.jsonl has all of them");
        }
    }

    /// <summary>Ends the program's input and gives it a moment to end; a program that does not is killed, so that none outlives the run.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        long start = Stopwatch.GetTimestamp();
        bool isRead = _writer.Join(EndLimit);
        TimeSpan left = EndLimit - Stopwatch.GetElapsedTime(start);
        if (!isRead || !_program.WaitForExit(left > TimeSpan.Zero ? left : TimeSpan.Zero))
        {
            _onWarning($"--metrics-hook {_command}: it did not end within {EndLimit.TotalSeconds:0} seconds after its input and is killed");
            _program.Kill(entireProcessTree: true);
            _writer.Join(EndLimit);
        }

        _program.Dispose();
        _lines.Dispose();
    }

    private void Send()
    {
        try
        {
            using StreamWriter input = _program.StandardInput;
            foreach (string line in _lines.GetConsumingEnumerable())
            {
                input.Write(line);
                input.Write('\n');
                input.Flush();
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            _failure = "it has ended";
        }
    }
}
