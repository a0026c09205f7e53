namespace NGpt.Runtime.Kernels;

/// <summary>The order of the bytes of activations, so that weights can be multiplied as they lie.</summary>
internal enum ActivationOrder
{
    /// <summary>That of the columns.</summary>
    Columns,

    /// <summary>
    /// Of 64 columns in four groups of 16, the lower eights of all groups come first, then the upper eights: the order of
    /// the lower and of the upper halves of the bytes of an NVFP4 block.
    /// </summary>
    Halves,
}
