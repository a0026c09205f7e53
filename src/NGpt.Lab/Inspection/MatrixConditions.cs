namespace NGpt.Lab.Inspection;

/// <summary>Condition numbers of the matrices of one kind.</summary>
/// <param name="Kind">Which matrices.</param>
/// <param name="ByLayer">One number a layer: for projections of attention the median over the heads.</param>
public sealed record MatrixConditions(MatrixKind Kind, IReadOnlyList<double> ByLayer)
{
    /// <summary>The projections of attention, whose heads are looked at one by one.</summary>
    public static IReadOnlyList<MatrixKind> Attention { get; } = [MatrixKind.Query, MatrixKind.Key, MatrixKind.Value, MatrixKind.AttentionOutput];

    /// <summary>The projections of the MLP.</summary>
    public static IReadOnlyList<MatrixKind> Mlp { get; } = [MatrixKind.Up, MatrixKind.Gate, MatrixKind.Down];

    /// <summary>Half of the layers have a lower number.</summary>
    public double Median => Distribution.Of([.. ByLayer]).Median;

    /// <summary>Measures the projections of a model.</summary>
    /// <param name="matrices">The matrices of the model.</param>
    /// <param name="heads">H.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>One entry for each kind of <see cref="Attention"/> and <see cref="Mlp"/>.</returns>
    public static IReadOnlyList<MatrixConditions> Of(IEnumerable<ModelMatrix> matrices, int heads, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        return [.. matrices
            .Where(matrix => matrix.Layer is not null)
            .GroupBy(matrix => matrix.Kind)
            .Select(kind => new MatrixConditions(kind.Key, [.. kind.OrderBy(matrix => matrix.Layer).Select(matrix => Condition(matrix, heads, stop))]))];
    }

    private static double Condition(ModelMatrix matrix, int heads, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return Attention.Contains(matrix.Kind)
            ? Distribution.Of(MatrixSpectrum.HeadConditions(matrix.Weight, heads, matrix.Kind == MatrixKind.AttentionOutput ? 1 : 0)).Median
            : MatrixSpectrum.Condition(MatrixSpectrum.SingularValues(matrix.Weight, stop));
    }
}
