using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace NGpt.Endurance.Kills;

/// <summary>A real <c>ngpt</c> process, whose lines can be watched while it runs.</summary>
internal sealed partial class NGptProcess : IDisposable
{
    // No command here takes longer, even where others use the machine: it hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly StringBuilder _error = new();

    /// <summary>Starts the program.</summary>
    public NGptProcess(string program, string folder, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["NGPT_CACHE_DIR"] = Path.Combine(folder, "cache");
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, received) => Add(received.Data);
        _process.ErrorDataReceived += (_, received) => AddError(received.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The lines of standard output so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The text of standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_lock)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Numbers of the training steps that were reported so far.</summary>
    public int[] Steps => Numbers(StepLine());

    /// <summary>Steps of the checkpoints that were reported as saved so far.</summary>
    public int[] Saved => Numbers(SavedLine());

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Waits for a moment.</summary>
    /// <param name="isReached">Whether it is there; looked at many times a millisecond.</param>
    /// <returns>False where the process ended before.</returns>
    public bool WaitFor(Func<bool> isReached)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isReached())
        {
            if (HasExited)
            {
                return false;
            }

            RequirePatience(start);
            Thread.Sleep(TimeSpan.FromMicroseconds(100));
        }

        return true;
    }

    /// <summary>Waits some time, or until the process ends.</summary>
    /// <returns>False where the process ended before.</returns>
    public bool Wait(TimeSpan time) => !_process.WaitForExit(time);

    /// <summary>Sends a signal; nothing happens where the process has ended.</summary>
    public void Send(KillSignal signal) => _ = Kill(_process.Id, (int)signal);

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public int End()
    {
        if (!_process.WaitForExit(Patience))
        {
            throw new TimeoutException($"the process did not end within {Patience.TotalMinutes} minutes");
        }

        // All of its lines too.
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static void RequirePatience(long start)
    {
        if (Stopwatch.GetElapsedTime(start) > Patience)
        {
            throw new TimeoutException($"the process did not come to the moment within {Patience.TotalMinutes} minutes");
        }
    }

    private int[] Numbers(Regex form) => [.. Lines.Select(line => form.Match(line)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lock)
            {
                _lines.Add(line);
            }
        }
    }

    private void AddError(string? line)
    {
        if (line is not null)
        {
            lock (_lock)
            {
                _error.Append(line).Append('\n');
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [GeneratedRegex(@"^step +(\d+)/\d+  loss ")]
    private static partial Regex StepLine();

    [GeneratedRegex(@"^step +(\d+)/\d+  saved ")]
    private static partial Regex SavedLine();
}

/// <summary>The signals that end a process, with their numbers on every Unix.</summary>
internal enum KillSignal
{
    /// <summary>The terminal is closed: the process may save.</summary>
    Hup = 1,

    /// <summary>Ctrl-C: the process may save.</summary>
    Int = 2,

    /// <summary>Ends the process at once.</summary>
    Kill = 9,

    /// <summary>A request to end: the process may save.</summary>
    Term = 15,
}
