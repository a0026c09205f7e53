namespace NGpt.Core.Configuration;

/// <summary>
/// How one kind of learned scale is stored: the parameter starts at <see cref="Scale"/> and is used multiplied by
/// <see cref="Factor"/>, so that its effective value starts at <see cref="Initial"/>. A small stored scale makes
/// Adam's steps, which do not depend on the gradient's size, relatively larger (specification section 2).
/// </summary>
/// <param name="Initial">Effective value at the start (s_init).</param>
/// <param name="Scale">Stored value at the start (s_scale).</param>
public sealed record ScaleSetting(double Initial, double Scale)
{
    /// <summary>Effective value per unit of stored value: s_init / s_scale.</summary>
    public double Factor => Initial / Scale;
}
