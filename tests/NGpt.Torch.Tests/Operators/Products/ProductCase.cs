using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Tests.Operators.Products;

/// <summary>One product of random matrices, and its reference in float64.</summary>
internal sealed class ProductCase<TElement> : IDisposable
    where TElement : unmanaged, IElement<TElement>
{
    private readonly MatrixMemory<TElement> _a;
    private readonly MatrixMemory<TElement> _b;
    private readonly MatrixMemory<TElement> _output;

    public ProductCase((int Batch, int M, int N, int K) size, MatrixLayout a, MatrixLayout b, MatrixLayout output)
    {
        // Whoever reads beside the inputs, or the output at all, computes with NaN.
        _a = new MatrixMemory<TElement>(size.Batch, size.M, size.K, a, float.NaN).FillAtRandom(1);
        _b = new MatrixMemory<TElement>(size.Batch, size.K, size.N, b, float.NaN).FillAtRandom(2);
        _output = new MatrixMemory<TElement>(size.Batch, size.M, size.N, output, -1234f);
        _output.ForEach((batch, i, j) => _output[batch, i, j] = float.NaN);
    }

    public MatrixView A => _a.View;

    public MatrixView B => _b.View;

    public MatrixView Output => _output.View;

    public float[] Run(IMatrixProducts products)
    {
        MatrixProduct product = products.Prepare(_a.View, _b.View, _output.View);
        product.Run();
        Assert.True(_output.IsGuardUntouched, "the product wrote beside its output");
        return _output.ToArray();
    }

    /// <summary>Checks the output: errors relative to the number itself (its rounding) and to the sum of absolute terms (those of the sum).</summary>
    public void Check(double ofNumber, double ofTerms)
    {
        _output.ForEach((batch, i, j) =>
        {
            (double sum, double terms) = (0, 0);
            for (int k = 0; k < _a.View.Columns; k++)
            {
                double term = (double)_a[batch, i, k] * _b[batch, k, j];
                (sum, terms) = (sum + term, terms + Math.Abs(term));
            }

            double error = Math.Abs(_output[batch, i, j] - sum);
            Assert.True(error <= (ofNumber * Math.Abs(sum)) + (ofTerms * terms), $"[{batch}, {i}, {j}] is {_output[batch, i, j]} instead of {sum}");
        });
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _output.Dispose();
    }
}
