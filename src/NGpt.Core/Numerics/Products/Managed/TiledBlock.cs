using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>
/// The product of one thread: the matrices are cut so that a block of b, packed, stays in the caches while the rows
/// of a pass by, and a strip of a, packed, stays in the first one while the panels of b pass by.
/// </summary>
internal static unsafe class TiledBlock<TLanes, TTile>
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
{
    /// <summary>Vectors in the widest panel of b.</summary>
    public const int MaxVectors = 3;

    // The longest sum that is formed in registers. The order of all sums follows from it: the same for every processor.
    private const int MaxDepth = 384;
    // With the depth 1.2 MB: where the second-level cache is smaller the rest comes from the third, fast enough; fewer
    // columns cost more, since the strips of a are packed once for each block.
    private const int MaxColumns = 768;
    private const int DepthUnit = 8;

    private const int PackedColumnsLength = MaxDepth * MaxColumns;

    /// <summary>Float32 values of the buffer that a thread needs.</summary>
    public static int BufferLength => PackedColumnsLength + (MaxDepth * TTile.Rows) + (TTile.Rows * MaxVectors * TLanes.Count);

    /// <summary>Computes output = a·b on this thread; takes the views' first matrix.</summary>
    public static void Multiply(MatrixView a, MatrixView b, MatrixView output, float* buffer) => Multiply<Float32>(a, b, output, buffer);

    /// <summary>The same with a matrix b of another type, which becomes float32 when it is packed.</summary>
    public static void Multiply<TElement>(MatrixView a, MatrixView b, MatrixView output, float* buffer)
        where TElement : unmanaged, IElement<TElement>
    {
        int depthStep = Step(a.Columns, MaxDepth, DepthUnit);
        int columnStep = Step(b.Columns, MaxColumns, MaxVectors * TLanes.Count);
        for (int column = 0; column < b.Columns; column += columnStep)
        {
            int columns = Math.Min(columnStep, b.Columns - column);
            for (int k = 0; k < a.Columns; k += depthStep)
            {
                int depth = Math.Min(depthStep, a.Columns - k);
                PackColumns((TElement*)b.Data + (k * b.RowStride) + (column * b.ColumnStride), b, columns, depth, buffer);
                MultiplyRows(a, k, depth, (float*)output.Data + column, output.RowStride, columns, buffer);
            }
        }
    }

    // Steps of equal length, so that the last one is not a splinter.
    private static int Step(int count, int max, int unit)
    {
        int steps = (int)(((long)count + max - 1) / max);
        int step = (int)(((long)count + steps - 1) / steps);
        return Math.Min(max, (step + unit - 1) / unit * unit);
    }

    /// <summary>
    /// Vectors of the next panel when so many columns are left: never a panel of one vector after wider ones, since a
    /// narrow panel keeps the processor less busy.
    /// </summary>
    private static int Vectors(int columns)
    {
        int vectors = (columns + TLanes.Count - 1) / TLanes.Count;
        return vectors == MaxVectors + 1 ? MaxVectors - 1 : Math.Min(vectors, MaxVectors);
    }

    private static void PackColumns<TElement>(TElement* source, MatrixView b, int columns, int depth, float* packed)
        where TElement : unmanaged, IElement<TElement>
    {
        while (columns > 0)
        {
            int width = Vectors(columns) * TLanes.Count;
            Packing.Pack(source, b.ColumnStride, b.RowStride, Math.Min(width, columns), depth, width, packed);
            source += width * b.ColumnStride;
            packed += width * depth;
            columns -= width;
        }
    }

    private static void MultiplyRows(MatrixView a, int k, int depth, float* output, long outputStride, int columns, float* buffer)
    {
        float* strip = buffer + PackedColumnsLength;
        for (int row = 0; row < a.Rows; row += TTile.Rows)
        {
            int rows = Math.Min(TTile.Rows, a.Rows - row);
            float* source = (float*)a.Data + (row * a.RowStride) + (k * a.ColumnStride);
            Packing.Pack((Float32*)source, a.RowStride, a.ColumnStride, rows, depth, TTile.Rows, strip);
            // The next strip comes in while this one is computed with.
            Packing.Prefetch(source + (TTile.Rows * a.RowStride), a.RowStride, a.ColumnStride, Math.Min(TTile.Rows, a.Rows - row - rows), depth);
            MultiplyStrip(rows, columns, depth, buffer, output + (row * outputStride), outputStride, k > 0);
        }
    }

    private static void MultiplyStrip(int rows, int columns, int depth, float* buffer, float* output, long stride, bool adds)
    {
        float* panel = buffer;
        float* strip = buffer + PackedColumnsLength;
        float* corner = strip + (MaxDepth * TTile.Rows);
        while (columns > 0)
        {
            int vectors = Vectors(columns);
            int width = vectors * TLanes.Count;
            if (rows == TTile.Rows && width <= columns)
            {
                MultiplyTile(vectors, depth, strip, panel, output, stride, adds);
            }
            else
            {
                MultiplyTile(vectors, depth, strip, panel, corner, width, false);
                PutPart(corner, width, rows, Math.Min(width, columns), output, stride, adds);
            }

            output += width;
            panel += width * depth;
            columns -= width;
        }
    }

    private static void MultiplyTile(int vectors, int depth, float* strip, float* panel, float* output, long stride, bool adds)
    {
        switch (vectors)
        {
            case 1:
                TTile.Multiply<Row1<TLanes>>(depth, strip, panel, output, stride, adds);
                break;
            case 2:
                TTile.Multiply<Row2<TLanes>>(depth, strip, panel, output, stride, adds);
                break;
            default:
                TTile.Multiply<Row3<TLanes>>(depth, strip, panel, output, stride, adds);
                break;
        }
    }

    // A tile that reaches over the output's edge was computed aside; what lies inside goes where it belongs.
    private static void PutPart(float* tile, int width, int rows, int columns, float* output, long stride, bool adds)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(columns);
        for (int row = 0; row < rows; row++)
        {
            PutRow<TLanes>(tile, 0, vectorized, output, adds);
            PutRow<ScalarLane>(tile, vectorized, columns, output, adds);
            tile += width;
            output += stride;
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void PutRow<TAny>(float* sums, int from, int end, float* output, bool adds)
        where TAny : unmanaged, ILanes<TAny>
    {
        for (int i = from; i < end; i += TAny.Count)
        {
            TAny sum = TAny.Load(sums + i);
            TAny.Store(adds ? TAny.Load(output + i) + sum : sum, output + i);
        }
    }
}
