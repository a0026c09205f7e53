namespace NGpt.Core.Configuration;

/// <summary>Type of the matrix products and activations of a training step.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    F32,

    /// <summary>
    /// bfloat16 matrix products and activations; master weights, residual stream, statistics and optimizer moments stay float32.
    /// </summary>
    Bf16,
}
