using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Products;

namespace NGpt.Benchmarks;

/// <summary>Matrix products of a layer of 6×384 with 4,096 tokens, and a large one.</summary>
internal static unsafe class ProductOperations
{
    /// <summary>Products of one implementation.</summary>
    /// <param name="products">The implementation.</param>
    /// <param name="type">Name of the element type.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    public static IEnumerable<Operation> All(IMatrixProducts products, string type, int elementSize)
    {
        const int N = 4096;
        const int C = 384;
        const int F = 1536;
        MatrixView x = New(N, C);
        MatrixView wide = New(N, 2 * F);
        MatrixView weights = New(2 * F, C);
        MatrixView heads = New(128, 64, 96);
        MatrixView keys = New(256, 64, 96);
        MatrixView scores = New(128, 256, 96);
        return
        [
            Of("x·Wᵀ, up and gate", x, weights.Transposed, wide),
            Of("dy·W, up and gate", wide, weights, x),
            Of("dyᵀ·x, up and gate", wide.Transposed, x, weights),
            Of("attention scores of 96 heads", heads, keys.Transposed, scores),
            Of("2048³", New(2048, 2048), New(2048, 2048), New(2048, 2048)),
        ];

        Operation Of(string name, MatrixView a, MatrixView b, MatrixView output)
        {
            MatrixProduct product = products.Prepare(a, b, output);
            return new Operation($"{name} ({type}, {products.Description})", 0, product.Operations, product.Run);
        }

        MatrixView New(int rows, int columns, int batch = 1)
        {
            nuint bytes = (nuint)((long)rows * columns * batch * elementSize);
            void* memory = NativeMemory.AlignedAlloc(bytes, 128);
            NativeMemory.Clear(memory, bytes);
            return new MatrixView((nint)memory, rows, columns, columns, 1, batch, (long)rows * columns);
        }
    }
}
