using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Torch.Benchmarks;

/// <summary>A worker process as the program that started it sees it.</summary>
internal sealed class WorkerProcess : IBenchmarkSession
{
    // 128 and the number of the signal that nothing can handle, which Linux also sends where memory has run out.
    private const int KilledExitCode = 137;

    private readonly Process _process;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _killOnStop;
    private readonly Lock _gate = new();
    private string _lastWords = "";

    private WorkerProcess(Process process, CancellationToken stop)
    {
        (_process, _stop) = (process, stop);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginErrorReadLine();
        _killOnStop = stop.Register(Kill);
    }

    /// <inheritdoc/>
    public WorkerReady Ready { get; private set; } = new();

    /// <summary>Starts a process and waits until it is ready.</summary>
    /// <param name="program">What to start.</param>
    /// <param name="request">What it measures.</param>
    /// <param name="stop">Ends the process at once.</param>
    /// <exception cref="WorkerFailedException">It cannot be started, or ends before it is ready.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static WorkerProcess Start(BenchmarkProgram program, WorkerRequest request, CancellationToken stop)
    {
        ProcessStartInfo start = new(program.File, program.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new WorkerFailedException($"its process cannot be started: {program.File}: {failure.Message}");
        }

        WorkerProcess worker = new(process, stop);
        try
        {
            worker.Ready = worker.Ask<WorkerReady>(WorkerProtocol.Write(request));
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public WorkerMeasurement Measure(int steps) => Ask<WorkerMeasurement>(WorkerProtocol.WriteSteps(steps));

    /// <inheritdoc/>
    public void Dispose()
    {
        _killOnStop.Dispose();
        // It has nothing to save, and its memory must be free before the next one starts.
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private T Ask<T>(string line)
    {
        _stop.ThrowIfCancellationRequested();
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw Ended();
        }

        while (_process.StandardOutput.ReadLine() is string answer)
        {
            if (WorkerProtocol.IsMessage(answer))
            {
                return Understand<T>(answer);
            }

            Hear(answer);
        }

        throw Ended();
    }

    private static T Understand<T>(string answer)
    {
        try
        {
            return WorkerProtocol.Read<T>(answer);
        }
        catch (NGptException failure)
        {
            throw new WorkerFailedException($"its process says something else: {failure.Message}");
        }
    }

    // A process that was stopped and one that died by itself both end their output.
    private Exception Ended()
    {
        if (_stop.IsCancellationRequested)
        {
            return new OperationCanceledException(_stop);
        }

        _process.WaitForExit();
        int exitCode = _process.ExitCode;
        string words;
        lock (_gate)
        {
            words = _lastWords.StartsWith("ngpt: ", StringComparison.Ordinal) ? _lastWords["ngpt: ".Length..] : _lastWords;
        }

        return new WorkerFailedException(
            $"its process ended with exit code {exitCode}{(words.Length > 0 ? $": {words}" : "")}",
            exitCode == KilledExitCode ? "the system ends processes like this where memory runs out: give a smaller --batch-size or --size" : null);
    }

    private void Hear(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            lock (_gate)
            {
                _lastWords = line.Trim();
            }
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }
}
