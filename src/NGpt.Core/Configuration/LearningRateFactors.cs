namespace NGpt.Core.Configuration;

/// <summary>
/// Factors of the learning rate, by kind of parameter. The factor applies to the whole step:
/// Adam's update and the decoupled weight decay, which is in proportion to the rate.
/// </summary>
/// <param name="TokenEmbedding">Factor of E_in.</param>
/// <param name="Matrices">Factor of all other matrices: the projections and E_out.</param>
/// <param name="Vectors">Factor of scales and gains.</param>
public sealed record LearningRateFactors(double TokenEmbedding, double Matrices, double Vectors)
{
    /// <summary>One learning rate for every parameter.</summary>
    public static LearningRateFactors Equal { get; } = new(1, 1, 1);

    /// <summary>The factor of one parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <returns>The factor of its kind.</returns>
    public double Of(ParameterSpec parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter switch
        {
            { Name: ParameterCatalog.TokenEmbedding } => TokenEmbedding,
            { Columns: not null } => Matrices,
            _ => Vectors,
        };
    }
}
