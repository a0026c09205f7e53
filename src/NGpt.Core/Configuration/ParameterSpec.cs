namespace NGpt.Core.Configuration;

/// <summary>One learned tensor: its name in <c>model.safetensors</c>, shape, role and start.</summary>
/// <param name="Name">Name in the state dictionary and in <c>model.safetensors</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Rows">Length of axis 0.</param>
/// <param name="Columns">Length of axis 1, or null for a vector (of length 1 for a scale that is one number).</param>
/// <param name="NormalizedAxis">
/// The axis along which nGPT keeps unit L2 norm: 1 (each row), 0 (each column), or null for no normalization.
/// It is the axis whose length is C (specification section 2).
/// </param>
/// <param name="InitialMean">Mean at the start; the value itself where the deviation is 0.</param>
/// <param name="InitialDeviation">Standard deviation of the normal distribution at the start; 0 for a constant.</param>
public sealed record ParameterSpec(
    string Name,
    ParameterRole Role,
    int Rows,
    int? Columns,
    int? NormalizedAxis,
    double InitialMean,
    double InitialDeviation)
{
    /// <summary>[Rows, Columns], or [Rows] for a vector.</summary>
    public long[] Shape => Columns is int columns ? [Rows, columns] : [Rows];

    /// <summary>Number of learned numbers.</summary>
    public long Count => (long)Rows * (Columns ?? 1);

    /// <summary>Whether AdamW's weight decay applies: to 2-D parameters only, and nGPT has none.</summary>
    public bool Decays => Columns is not null;
}
