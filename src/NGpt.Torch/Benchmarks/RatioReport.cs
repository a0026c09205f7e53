using NGpt.Core.Numerics;

namespace NGpt.Torch.Benchmarks;

/// <summary>Two subjects compared.</summary>
/// <param name="Kind">What by.</param>
/// <param name="First">The subject whose figure is divided.</param>
/// <param name="Second">The subject whose figure it is divided by.</param>
/// <param name="Value">
/// The ratio. Times are divided round by round, so that what slows both down cancels; of memory there is one value.
/// </param>
public sealed record RatioReport(RatioKind Kind, BenchmarkSubject First, BenchmarkSubject Second, Spread Value);
