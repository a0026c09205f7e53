namespace NGpt.Torch.Benchmarks;

/// <summary>How to start a worker process, which runs <see cref="BenchmarkWorker.Run"/> on its standard input and output.</summary>
/// <param name="File">The executable: a path, or a name that the system finds.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record BenchmarkProgram(string File, IReadOnlyList<string> Arguments);
