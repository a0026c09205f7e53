using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>Products of rows of float32, float16 or bfloat16 weights with many tokens, by the tiled float32 products.</summary>
internal static unsafe class UnquantizedTiles<TLanes, TTile, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Computes some rows' results for all tokens.</summary>
    public static void Multiply(in ProductItem item, in ProductInput input, int first, int end, float* scratch)
    {
        if (first >= end)
        {
            return;
        }

        nint weights = (nint)(item.Weights + (first * item.RowBytes));
        MatrixView b = new MatrixView(weights, end - first, item.Columns, item.Columns).Transposed;
        MatrixView output = new((nint)(item.Y + first), input.Tokens, end - first, item.YStride);
        TiledBlock<TLanes, TTile>.Multiply<TElement>(new MatrixView((nint)input.X, input.Tokens, item.Columns, input.Width), b, output, scratch);
        for (int token = 0; token < input.Tokens && item.RowScales is not null; token++)
        {
            float* y = item.Y + (token * item.YStride) + first;
            int vectorized = Rows.VectorizedLength<TLanes>(end - first);
            Scale<TLanes>(y, item.RowScales + first, 0, vectorized);
            Scale<ScalarLane>(y, item.RowScales + first, vectorized, end - first);
        }
    }

    private static void Scale<TAny>(float* y, float* scales, int from, int end)
        where TAny : unmanaged, ILanes<TAny>
    {
        for (int i = from; i < end; i += TAny.Count)
        {
            TAny.Store(TAny.Load(y + i) * TAny.Load(scales + i), y + i);
        }
    }
}
