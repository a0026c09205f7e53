namespace NGpt.Torch.Benchmarks;

/// <summary>A subject that is ready to be measured, in a process of its own. Disposing it ends the process and frees its memory.</summary>
internal interface IBenchmarkSession : IDisposable
{
    /// <summary>What the subject says about itself.</summary>
    WorkerReady Ready { get; }

    /// <summary>Takes steps and measures them.</summary>
    /// <exception cref="WorkerFailedException">The process ended.</exception>
    WorkerMeasurement Measure(int steps);
}
