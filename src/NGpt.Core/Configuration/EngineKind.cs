namespace NGpt.Core.Configuration;

/// <summary>What computes the training steps of a run. Both compute the same; they round differently.</summary>
public enum EngineKind
{
    /// <summary>The model's modules with autograd: on every device, for every model.</summary>
    Plain,

    /// <summary>Forward and backward pass written out, where processor and model allow it.</summary>
    Fast,
}
