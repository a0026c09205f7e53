using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Torch.Native;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Starts the worker processes of a benchmark.</summary>
internal interface IBenchmarkHost
{
    /// <summary>Memory available for new processes, in bytes.</summary>
    long AvailableMemory { get; }

    /// <summary>Estimates the memory that a subject needs.</summary>
    long Memory(BenchmarkSubject subject, BenchmarkSize size);

    /// <summary>Starts the process of a subject and waits until it is ready.</summary>
    IBenchmarkSession Start(BenchmarkSubject subject, BenchmarkSize size);
}

/// <summary>A subject that is ready to be measured in its own process. Disposing it ends the process and frees its memory.</summary>
internal interface IBenchmarkSession : IDisposable
{
    WorkerReady Ready { get; }

    /// <summary>Runs and times steps.</summary>
    WorkerMeasurement Measure(int steps);
}

/// <summary>Starts worker processes on this machine.</summary>
internal sealed class ProcessHost(BenchmarkOptions options, BenchmarkProgram program, CancellationToken stop) : IBenchmarkHost
{
    /// <inheritdoc/>
    public long AvailableMemory => MachineMemory.Read().Available;

    /// <inheritdoc/>
    public long Memory(BenchmarkSubject subject, BenchmarkSize size) => Workloads.Memory(Request(subject, size));

    /// <inheritdoc/>
    public IBenchmarkSession Start(BenchmarkSubject subject, BenchmarkSize size) => WorkerProcess.Start(program, Request(subject, size), stop);

    private WorkerRequest Request(BenchmarkSubject subject, BenchmarkSize size) => new(subject, size, options.Threads, options.Recompute);
}

/// <summary>The parent's handle of a worker process.</summary>
internal sealed class WorkerProcess : IBenchmarkSession
{
    // 128 + SIGKILL, which Linux also sends when memory runs out.
    private const int KilledExitCode = 137;

    private readonly Process _process;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _killOnStop;
    private readonly Lock _gate = new();
    private string _lastLine = "";

    private WorkerProcess(Process process, CancellationToken stop)
    {
        (_process, _stop) = (process, stop);
        _process.ErrorDataReceived += (_, line) => KeepLastLine(line.Data);
        _process.BeginErrorReadLine();
        _killOnStop = stop.Register(Kill);
    }

    /// <inheritdoc/>
    public WorkerReady Ready { get; private set; } = new();

    /// <summary>Starts a process and waits until it is ready.</summary>
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
            worker.Ready = worker.Send<WorkerReady>(WorkerProtocol.Write(request));
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public WorkerMeasurement Measure(int steps) => Send<WorkerMeasurement>(WorkerProtocol.WriteSteps(steps));

    /// <inheritdoc/>
    public void Dispose()
    {
        _killOnStop.Dispose();
        // It has nothing to save, and its memory must be free before the next one starts.
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private T Send<T>(string line)
    {
        _stop.ThrowIfCancellationRequested();
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw EndedException();
        }

        while (_process.StandardOutput.ReadLine() is string answer)
        {
            if (WorkerProtocol.IsMessage(answer))
            {
                return Parse<T>(answer);
            }

            KeepLastLine(answer);
        }

        throw EndedException();
    }

    private static T Parse<T>(string answer)
    {
        try
        {
            return WorkerProtocol.Read<T>(answer);
        }
        catch (NGptException failure)
        {
            throw new WorkerFailedException($"its process sent an invalid answer: {failure.Message}");
        }
    }

    // The output ends both when the process was stopped and when it crashed.
    private Exception EndedException()
    {
        if (_stop.IsCancellationRequested)
        {
            return new OperationCanceledException(_stop);
        }

        _process.WaitForExit();
        int exitCode = _process.ExitCode;
        string lastLine;
        lock (_gate)
        {
            lastLine = _lastLine.StartsWith("ngpt: ", StringComparison.Ordinal) ? _lastLine["ngpt: ".Length..] : _lastLine;
        }

        return new WorkerFailedException(
            $"its process ended with exit code {exitCode}{(lastLine.Length > 0 ? $": {lastLine}" : "")}",
            exitCode == KilledExitCode ? "the system kills processes like this when memory runs out: give a smaller --batch-size or --size" : null);
    }

    private void KeepLastLine(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            lock (_gate)
            {
                _lastLine = line.Trim();
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

/// <summary>A worker process exited unexpectedly; the message follows the name of the subject.</summary>
internal sealed class WorkerFailedException(string message, string? remedy = null) : NGptException(message, remedy);
