namespace NGpt.Torch.Engine;

/// <summary>Kinds of work whose time is measured, in the order of a step.</summary>
internal enum Stage
{
    /// <summary>Matrix products outside attention.</summary>
    MatrixProducts,

    /// <summary>Matrix products of attention.</summary>
    AttentionProducts,

    /// <summary>Softmax of attention and its gradient.</summary>
    AttentionSoftmax,

    /// <summary>Heads, rotation, norm and scale of queries and keys.</summary>
    QueryKeyPreparation,

    /// <summary>Hypersphere update, or residual addition and RMSNorm.</summary>
    ResidualUpdate,

    /// <summary>Gated MLP.</summary>
    SwiGlu,

    /// <summary>Cross-entropy and its gradient.</summary>
    CrossEntropy,

    /// <summary>Token embedding and its gradient.</summary>
    Embedding,

    /// <summary>Sums of gradients, and clearing them.</summary>
    GradientSums,

    /// <summary>Gradient norm and optimizer.</summary>
    Optimizer,
}
