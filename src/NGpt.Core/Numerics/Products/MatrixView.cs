namespace NGpt.Core.Numerics.Products;

/// <summary>A matrix, or several of one shape, in memory that somebody else owns.</summary>
/// <param name="Data">First element.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="RowStride">Elements from one row to the next.</param>
/// <param name="ColumnStride">Elements from one column to the next; 1 unless the view is transposed.</param>
/// <param name="Batch">Number of matrices.</param>
/// <param name="BatchStride">Elements from one matrix to the next.</param>
internal readonly record struct MatrixView(
    nint Data, int Rows, int Columns, long RowStride, long ColumnStride = 1, int Batch = 1, long BatchStride = 0)
{
    /// <summary>Rows as columns, columns as rows, over the same memory.</summary>
    public MatrixView Transposed => this with { Rows = Columns, Columns = Rows, RowStride = ColumnStride, ColumnStride = RowStride };
}
