using NGpt.Torch.Native;

namespace NGpt.Torch.Benchmarks;

/// <summary>Runs the processes of a benchmark on this machine.</summary>
/// <param name="options">Threads and the like.</param>
/// <param name="program">How to start a process.</param>
/// <param name="stop">Ends all processes at once.</param>
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
