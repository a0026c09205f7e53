namespace NGpt.Core.Numerics.Products;

/// <summary>One product out = a·b over fixed memory, prepared once and run at every step; what it needs belongs to its factory.</summary>
internal abstract class MatrixProduct
{
    private protected MatrixProduct(MatrixView a, MatrixView b, MatrixView output)
    {
        if (a.Columns != b.Rows || a.Rows != output.Rows || b.Columns != output.Columns || a.Batch != b.Batch || a.Batch != output.Batch)
        {
            throw new ArgumentException(
                $"shapes do not fit: [{a.Batch}, {a.Rows}, {a.Columns}] · [{b.Batch}, {b.Rows}, {b.Columns}] → [{output.Batch}, {output.Rows}, {output.Columns}]", nameof(output));
        }

        Operations = 2L * a.Batch * a.Rows * a.Columns * b.Columns;
    }

    /// <summary>Floating-point operations of one run.</summary>
    public long Operations { get; }

    /// <summary>Computes the product; what was in the output is overwritten, never read.</summary>
    public abstract void Run();
}

/// <summary>A matrix, or several of one shape, in memory owned elsewhere.</summary>
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

/// <summary>Prepares matrix products of one element type.</summary>
internal interface IMatrixProducts : IDisposable
{
    /// <summary>Name of the implementation, human-readable.</summary>
    string Description { get; }

    /// <summary>
    /// Prepares out = a·b, for every matrix of the batch. <paramref name="a"/>: [M, K], any strides. <paramref name="b"/>:
    /// [K, N], any strides. <paramref name="output"/>: [M, N], its columns next to each other. Returns the product, usable as
    /// long as this factory lives.
    /// </summary>
    MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output);
}
