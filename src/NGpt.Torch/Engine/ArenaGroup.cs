namespace NGpt.Torch.Engine;

/// <summary>What a piece of the engine's memory is for.</summary>
internal enum ArenaGroup
{
    /// <summary>Copies of the weights in the type of the matrix products.</summary>
    Weights,

    /// <summary>Gradients of the parameters.</summary>
    Gradients,

    /// <summary>What the forward pass leaves for the backward pass.</summary>
    Kept,

    /// <summary>Buffers that every layer uses in turn.</summary>
    Shared,

    /// <summary>Logits of one chunk of rows.</summary>
    Logits,

    /// <summary>Scales, their gradients' sums, tables.</summary>
    Small,
}
