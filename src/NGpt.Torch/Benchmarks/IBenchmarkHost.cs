namespace NGpt.Torch.Benchmarks;

/// <summary>Where the processes of a benchmark run.</summary>
internal interface IBenchmarkHost
{
    /// <summary>Memory that processes can take now, in bytes.</summary>
    long AvailableMemory { get; }

    /// <summary>Estimates the memory that a subject needs.</summary>
    /// <returns>Bytes.</returns>
    /// <exception cref="Core.Errors.NGptException">The subject cannot run here; the message has the reason.</exception>
    long Memory(BenchmarkSubject subject, BenchmarkSize size);

    /// <summary>Starts the process of a subject and waits until it is ready.</summary>
    /// <exception cref="WorkerFailedException">It does not start.</exception>
    IBenchmarkSession Start(BenchmarkSubject subject, BenchmarkSize size);
}
