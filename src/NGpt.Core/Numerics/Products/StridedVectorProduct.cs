using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products;

/// <summary>
/// A product of one matrix and one vector, number by number: for the rare shapes that libtorch gets wrong. Sums are
/// float32. Nothing of a usual size comes here, so that speed does not matter.
/// </summary>
internal sealed unsafe class StridedVectorProduct<TElement> : MatrixProduct
    where TElement : unmanaged, IElement<TElement>
{
    private readonly MatrixView _a;
    private readonly MatrixView _b;
    private readonly MatrixView _output;

    /// <summary>
    /// Prepares the product. <paramref name="a"/>: [M, K]. <paramref name="b"/>: [K, N]. <paramref name="output"/>: [M, N].
    /// </summary>
    public StridedVectorProduct(MatrixView a, MatrixView b, MatrixView output)
        : base(a, b, output) => (_a, _b, _output) = (a, b, output);

    /// <inheritdoc/>
    public override void Run()
    {
        for (int row = 0; row < _output.Rows; row++)
        {
            for (int column = 0; column < _output.Columns; column++)
            {
                float sum = 0;
                for (int k = 0; k < _a.Columns; k++)
                {
                    sum += At(_a, row, k) * At(_b, k, column);
                }

                ((TElement*)_output.Data)[(row * _output.RowStride) + (column * _output.ColumnStride)] = TElement.From(sum);
            }
        }
    }

    private static float At(MatrixView matrix, long row, long column) =>
        TElement.Value(((TElement*)matrix.Data)[(row * matrix.RowStride) + (column * matrix.ColumnStride)]);
}
