using NGpt.Core.Configuration;

namespace NGpt.Torch.Training;

/// <summary>What a run would need of memory, and what computes it.</summary>
/// <param name="Engine">What computes.</param>
/// <param name="Precision">Type of the matrix products.</param>
/// <param name="Reason">Why this engine and this precision.</param>
/// <param name="Plan">The parts.</param>
/// <param name="Available">Memory that the machine has for this process, in bytes.</param>
public sealed record MemoryExplanation(EngineKind Engine, Precision Precision, string Reason, MemoryPlan Plan, long Available);
