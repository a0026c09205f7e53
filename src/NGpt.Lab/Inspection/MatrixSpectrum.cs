using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>
/// Singular values, eigenvalues and condition numbers of weight matrices, in float64. A tall matrix is first reduced to a
/// triangular one with the same singular values, a block of rows after another, so that the memory does not grow with
/// the vocabulary. The usual shortcut, the eigenvalues of the small matrix XᵀX, squares the condition number: it loses
/// every singular value below 1e-8 of the largest, and half of the digits of the others that are small.
/// </summary>
public static class MatrixSpectrum
{
    // The distance from 1 to the next number of float64.
    private const double Rounding = 2.220446049250313e-16;

    // Rows of a block over the width of the matrix: larger blocks repeat less of the triangle's own work.
    private const int RowsPerColumn = 8;

    /// <summary>The singular values of a matrix.</summary>
    /// <param name="matrix">Any matrix [N, M].</param>
    /// <param name="stop">Ends it between two blocks of rows.</param>
    /// <returns>The min(N, M) singular values, largest first.</returns>
    public static double[] SingularValues(Tensor matrix, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor tall = matrix.shape[0] >= matrix.shape[1] ? matrix : matrix.t();
        return TensorValues.ToArray(linalg.svdvals(Reduce(tall, mean: null, stop)));
    }

    /// <summary>The eigenvalues of the covariance of a matrix's rows.</summary>
    /// <param name="rows">One vector a row [N, C], N at least 2.</param>
    /// <param name="stop">Ends it between two blocks of rows.</param>
    /// <returns>The min(N − 1, C) eigenvalues that can be above 0, largest first.</returns>
    public static double[] CovarianceEigenvalues(Tensor rows, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        (long count, long width) = (rows.shape[0], rows.shape[1]);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(rows));
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor mean = rows.to_type(ScalarType.Float64).mean([0], keepdim: true);
        double[] singular = TensorValues.ToArray(linalg.svdvals(Reduce(rows, mean, stop)));
        // Centred rows sum to zero: of N of them at most N − 1 are independent.
        return [.. singular.Take((int)Math.Min(count - 1, width)).Select(value => value * value / (count - 1))];
    }

    /// <summary>The condition number of each head's part of a projection.</summary>
    /// <param name="weight">A projection of attention [C, C].</param>
    /// <param name="heads">H.</param>
    /// <param name="headAxis">0 where the heads are blocks of rows (query, key, value), 1 where they are blocks of columns (output).</param>
    /// <returns>H condition numbers of matrices [C/H, C].</returns>
    public static double[] HeadConditions(Tensor weight, int heads, int headAxis)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor rows = (headAxis == 0 ? weight : weight.t()).to_type(ScalarType.Float64);
        Tensor values = linalg.svdvals(rows.reshape(heads, rows.shape[0] / heads, rows.shape[1]));
        double[] all = TensorValues.ToArray(values);
        int width = all.Length / heads;
        return [.. Enumerable.Range(0, heads).Select(head => Condition(all.AsSpan(head * width, width)))];
    }

    /// <summary>The largest of some values over the smallest.</summary>
    /// <param name="singularValues">Singular values, largest first.</param>
    /// <returns>At least 1; infinite for a singular matrix.</returns>
    public static double Condition(ReadOnlySpan<double> singularValues)
    {
        double smallest = singularValues[^1];
        // Below the rounding of the largest one the smallest is noise: zero, as far as can be told.
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
