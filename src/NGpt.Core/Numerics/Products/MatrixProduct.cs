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
