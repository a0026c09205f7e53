using NGpt.Core.Configuration;
using NGpt.Core.Numerics;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What <c>ngpt bench</c> found.</summary>
/// <param name="Model">The model's path, or null for random weights.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="Options">What was measured.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="ReadBandwidth">Bytes a second that the threads read from memory.</param>
/// <param name="MultiplyAddPeak">Operations a second that the threads do on float32 numbers in registers.</param>
/// <param name="Types">Figures by type.</param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record InferenceBenchmarkReport(
    string? Model,
    ModelConfig Config,
    InferenceBenchmarkOptions Options,
    int Threads,
    Spread ReadBandwidth,
    Spread MultiplyAddPeak,
    IReadOnlyList<TypeFigures> Types,
    TimeSpan Elapsed);
