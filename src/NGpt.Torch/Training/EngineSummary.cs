using NGpt.Core.Configuration;

namespace NGpt.Torch.Training;

/// <summary>What computes a run, and why.</summary>
/// <param name="Kind">The kind of engine.</param>
/// <param name="Precision">Type of the matrix products.</param>
/// <param name="Description">The engine in its own words, for people.</param>
/// <param name="Reason">Why this engine and this precision.</param>
public sealed record EngineSummary(EngineKind Kind, Precision Precision, string Description, string Reason);
