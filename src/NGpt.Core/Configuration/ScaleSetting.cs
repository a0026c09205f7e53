namespace NGpt.Core.Configuration;

/// <summary>
/// How one kind of learned scale is stored: the parameter starts at <see cref="Scale"/> and is used multiplied by
/// <see cref="Factor"/>, so that its effective value starts at <see cref="Initial"/>. A small stored scale makes
/// Adam's steps, which do not depend on the gradient's size, relatively larger (specification section 2).
/// </summary>
/// <param name="Initial">Effective value at the start (s_init).</param>
/// <param name="Scale">Stored value at the start (s_scale).</param>
/// <param name="Shape">Whether every column has a number of its own.</param>
public sealed record ScaleSetting(double Initial, double Scale, ScaleShape Shape = ScaleShape.Vector)
{
    /// <summary>Effective value per unit of stored value: s_init / s_scale.</summary>
    public double Factor => Initial / Scale;

    /// <summary>How many numbers are learned and stored.</summary>
    /// <param name="length">Number of columns that are scaled.</param>
    /// <returns>The same number for a vector, 1 for a scalar.</returns>
    public int StoredLength(int length) => Shape == ScaleShape.Scalar ? 1 : length;
}
