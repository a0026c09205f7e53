namespace NGpt.Torch.Benchmarks;

/// <summary>What a worker process is to measure: the first line it reads.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Size">Sizes of the model and its batches; matrix products ignore them.</param>
/// <param name="Threads">Number of threads, or null for the default.</param>
/// <param name="Recompute">Whether activations are computed again in the backward pass.</param>
internal sealed record WorkerRequest(BenchmarkSubject Subject, BenchmarkSize Size, int? Threads, bool Recompute);
