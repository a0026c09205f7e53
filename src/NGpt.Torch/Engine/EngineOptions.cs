namespace NGpt.Torch.Engine;

/// <summary>How an engine is to work.</summary>
/// <param name="BatchSize">B, the most sequences in one pass.</param>
/// <param name="SumsGradients">Whether several passes add up to one step.</param>
/// <param name="Recomputes">Whether the backward pass computes activations of each layer again instead of keeping them.</param>
internal sealed record EngineOptions(int BatchSize, bool SumsGradients, bool Recomputes);
