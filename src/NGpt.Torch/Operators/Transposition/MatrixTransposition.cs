using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.Transposition;

/// <summary>Transposes several small matrices, tile by tile.</summary>
internal readonly unsafe struct MatrixTransposition<TElement> : IParallelWork
    where TElement : unmanaged, IElement<TElement>
{
    private const int Tile = 16;

    /// <summary>[batch, rows, columns].</summary>
    public required TElement* Source { get; init; }

    /// <summary>[batch, columns, rows].</summary>
    public required TElement* Target { get; init; }

    /// <summary>Number of matrices.</summary>
    public required int Batch { get; init; }

    /// <summary>Rows of the source.</summary>
    public required int RowCount { get; init; }

    /// <summary>Columns of the source.</summary>
    public required int ColumnCount { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int strips = (ColumnCount + Tile - 1) / Tile;
        (int first, int end) = ThreadTeam.Share(Batch * strips, thread, threads);
        for (int item = first; item < end; item++)
        {
            (int matrix, int strip) = Math.DivRem(item, strips);
            long offset = (long)matrix * RowCount * ColumnCount;
            int column = strip * Tile;
            int columns = Math.Min(Tile, ColumnCount - column);
            for (int row = 0; row < RowCount; row += Tile)
            {
                Transpose(
                    Source + offset + ((long)row * ColumnCount) + column,
                    Target + offset + ((long)column * RowCount) + row,
                    Math.Min(Tile, RowCount - row),
                    columns);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Transpose(TElement* source, TElement* target, int rows, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            TElement* from = source + column;
            TElement* to = target + ((long)column * RowCount);
            for (int row = 0; row < rows; row++)
            {
                to[row] = *from;
                from += ColumnCount;
            }
        }
    }
}
