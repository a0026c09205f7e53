using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>
/// Singular values, eigenvalues and condition numbers of weight matrices, in float64. A tall matrix is first reduced to a
/// triangular one with the same singular values, one block of rows after another, so that memory does not grow with the
/// vocabulary. The usual shortcut, the eigenvalues of the small matrix XᵀX, squares the condition number: it loses
/// every singular value below 1e-8 of the largest, and half of the digits of the others that are small.
/// </summary>
internal static class MatrixSpectrum
{
    // Machine epsilon of float64.
    private const double Rounding = 2.220446049250313e-16;

    // Rows of a block over the width of the matrix: with larger blocks less of the work is on the triangle.
    private const int RowsPerColumn = 8;

    /// <summary>The singular values of a matrix.</summary>
    public static double[] SingularValues(Tensor matrix, CancellationToken stop = default)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor tall = matrix.shape[0] >= matrix.shape[1] ? matrix : matrix.t();
        return TensorConversion.ToArray(linalg.svdvals(Reduce(tall, mean: null, stop)));
    }

    /// <summary>The eigenvalues of the covariance of a matrix's rows.</summary>
    public static double[] CovarianceEigenvalues(Tensor rows, CancellationToken stop = default)
    {
        (long count, long width) = (rows.shape[0], rows.shape[1]);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(rows));
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor mean = rows.to_type(ScalarType.Float64).mean([0], keepdim: true);
        double[] singular = TensorConversion.ToArray(linalg.svdvals(Reduce(rows, mean, stop)));
        // Centred rows sum to zero: of N of them at most N − 1 are independent.
        return [.. singular.Take((int)Math.Min(count - 1, width)).Select(value => value * value / (count - 1))];
    }

    /// <summary>The condition number of each head's part of a projection.</summary>
    public static double[] HeadConditions(Tensor weight, int heads, int headAxis)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor rows = (headAxis == 0 ? weight : weight.t()).to_type(ScalarType.Float64);
        Tensor values = linalg.svdvals(rows.reshape(heads, rows.shape[0] / heads, rows.shape[1]));
        double[] all = TensorConversion.ToArray(values);
        int width = all.Length / heads;
        return [.. Enumerable.Range(0, heads).Select(head => Condition(all.AsSpan(head * width, width)))];
    }

    /// <summary>The largest singular value over the smallest: at least 1, infinite for a singular matrix.</summary>
    public static double Condition(ReadOnlySpan<double> singularValues)
    {
        double smallest = singularValues[^1];
        // A smallest value below the rounding error of the largest is indistinguishable from zero.
        double noise = singularValues[0] * singularValues.Length * Rounding;
        return smallest > noise ? singularValues[0] / smallest : double.PositiveInfinity;
    }

    // The triangle R of X = QR, whose singular values are those of X.
    private static Tensor Reduce(Tensor tall, Tensor? mean, CancellationToken stop)
    {
        using IDisposable scope = NewDisposeScope();
        (long count, long width) = (tall.shape[0], tall.shape[1]);
        long block = Math.Max(RowsPerColumn * width, 1024);
        Tensor? triangle = null;
        for (long first = 0; first < count; first += block)
        {
            stop.ThrowIfCancellationRequested();
            using IDisposable step = NewDisposeScope();
            Tensor rows = tall.narrow(0, first, Math.Min(block, count - first)).to_type(ScalarType.Float64);
            rows = mean is null ? rows : rows - mean;
            Tensor stacked = triangle is null ? rows : cat([triangle, rows], 0);
            triangle = linalg.qr(stacked, linalg.QRMode.R).R.MoveToOuterDisposeScope();
        }

        return triangle!.MoveToOuterDisposeScope();
    }
}

/// <summary>Condition numbers of the matrices of one kind.</summary>
/// <param name="Kind">Which matrices.</param>
/// <param name="ByLayer">One value for each layer: for projections of attention the median over the heads.</param>
internal sealed record MatrixConditions(MatrixKind Kind, IReadOnlyList<double> ByLayer)
{
    /// <summary>The projections of attention, whose heads are measured one by one.</summary>
    public static IReadOnlyList<MatrixKind> Attention { get; } = [MatrixKind.Query, MatrixKind.Key, MatrixKind.Value, MatrixKind.AttentionOutput];

    /// <summary>The projections of the MLP.</summary>
    public static IReadOnlyList<MatrixKind> Mlp { get; } = [MatrixKind.Up, MatrixKind.Gate, MatrixKind.Down];

    /// <summary>The median over the layers.</summary>
    public double Median => Distribution.Of([.. ByLayer]).Median;

    /// <summary>Measures each kind of <see cref="Attention"/> and <see cref="Mlp"/>.</summary>
    internal static IReadOnlyList<MatrixConditions> Of(IEnumerable<ModelMatrix> matrices, int heads, CancellationToken stop = default)
    {
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
