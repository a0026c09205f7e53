namespace NGpt.Torch.Benchmarks;

/// <summary>What a benchmark measured.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Machine">Machine and versions.</param>
/// <param name="Sizes">The sizes that were reached.</param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record BenchmarkReport(BenchmarkEnd End, BenchmarkMachine Machine, IReadOnlyList<SizeReport> Sizes, TimeSpan Elapsed);
