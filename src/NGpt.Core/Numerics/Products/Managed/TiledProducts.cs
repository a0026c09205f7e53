using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>
/// Float32 products with one kind of tile. <paramref name="team"/>: the threads that compute; must outlive the products.
/// </summary>
internal sealed class TiledProducts<TLanes, TTile>(ThreadTeam team) : IMatrixProducts
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
{
    // Below so many operations the others would not be awake before the work is done.
    private const long MinShared = 400_000;

    private readonly PackingBuffers _buffers = new(team.Threads, TiledBlock<TLanes, TTile>.BufferLength);

    /// <inheritdoc/>
    public string Description => $"managed, {TLanes.Name}";

    /// <inheritdoc/>
    public MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output) => new Product(this, team, a, b, output);

    /// <inheritdoc/>
    public void Dispose() => _buffers.Dispose();

    private sealed unsafe class Product : MatrixProduct
    {
        private readonly ThreadTeam _team;
        private readonly PackingBuffers _buffers;
        private readonly (MatrixView A, MatrixView B, MatrixView Output) _matrices;

        public Product(TiledProducts<TLanes, TTile> owner, ThreadTeam team, MatrixView a, MatrixView b, MatrixView output)
            : base(a, b, output)
        {
            if (output.ColumnStride != 1)
            {
                throw new ArgumentException($"the output's columns are {output.ColumnStride} elements apart instead of 1", nameof(output));
            }

            (_team, _buffers, _matrices) = (team, owner._buffers, (a, b, output));
        }

        public override void Run()
        {
            TiledProductWork<TLanes, TTile> work = new(_matrices.A, _matrices.B, _matrices.Output, _buffers[0], _buffers.Length);
            if (Operations < MinShared)
            {
                work.Run(0, 1);
            }
            else
            {
                _team.Run(work);
            }
        }
    }
}

/// <summary>
/// A product as threads share it. Rows and columns of the output are divided among them, never the sums, so every
/// number is the same for any number of threads; and since all sums are formed in the same order, for any width of vectors.
/// </summary>
internal readonly unsafe struct TiledProductWork<TLanes, TTile>(
    MatrixView a, MatrixView b, MatrixView output, float* buffers, long bufferLength) : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
{
    /// <summary>What it costs to pack one number, in multiply-additions: decides between long and square parts.</summary>
    private const long PackingCost = 16;

    private static int TileColumns => TiledBlock<TLanes, TTile>.MaxVectors * TLanes.Count;

    /// <inheritdoc/>
    public void Run(int thread, int threads)
    {
        float* buffer = buffers + (thread * bufferLength);
        if (output.Batch >= threads)
        {
            RunBatch(buffer, thread, threads);
            return;
        }

        (int across, int down) = Divide(threads);
        (int firstRow, int endRow) = ThreadTeam.Share(output.Rows, thread / across, down, TTile.Rows);
        (int firstColumn, int endColumn) = ThreadTeam.Share(output.Columns, thread % across, across, TileColumns);
        for (int i = 0; i < output.Batch; i++)
        {
            RunPart(buffer, i, firstRow, endRow, firstColumn, endColumn);
        }
    }

    // The tiles of all matrices in one row, divided evenly: a thread takes whole matrices, but at its ends.
    private void RunBatch(float* buffer, int thread, int threads)
    {
        long tiles = (output.Rows + TTile.Rows - 1) / TTile.Rows;
        long first = output.Batch * tiles * thread / threads;
        long end = output.Batch * tiles * (thread + 1) / threads;
        while (first < end)
        {
            long matrix = first / tiles;
            long last = Math.Min(end, (matrix + 1) * tiles);
            int firstRow = (int)(first - (matrix * tiles)) * TTile.Rows;
            int endRow = (int)Math.Min(output.Rows, (last - (matrix * tiles)) * TTile.Rows);
            RunPart(buffer, matrix, firstRow, endRow, 0, output.Columns);
            first = last;
        }
    }

    // Threads across and down the output: the division whose largest part costs least.
    private (int Across, int Down) Divide(int threads)
    {
        (int best, long min) = (1, long.MaxValue);
        for (int across = 1; across <= threads; across++)
        {
            if (threads % across == 0)
            {
                long rows = Largest(output.Rows, TTile.Rows, threads / across);
                long columns = Largest(output.Columns, TileColumns, across);
                long cost = (rows * columns) + (PackingCost * (rows + columns));
                (best, min) = cost < min ? (across, cost) : (best, min);
            }
        }

        return (best, threads / best);
    }

    private static long Largest(int count, int unit, int parts) =>
        ((((long)count + unit - 1) / unit) + parts - 1) / parts * unit;

    private void RunPart(float* buffer, long matrix, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        if (firstRow >= endRow || firstColumn >= endColumn)
        {
            return;
        }

        TiledBlock<TLanes, TTile>.Multiply(
            Part(a, matrix, firstRow, endRow, 0, a.Columns),
            Part(b, matrix, 0, b.Rows, firstColumn, endColumn),
            Part(output, matrix, firstRow, endRow, firstColumn, endColumn),
            buffer);
    }

    private static MatrixView Part(MatrixView view, long matrix, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        float* data = (float*)view.Data + (matrix * view.BatchStride) + (firstRow * view.RowStride) + (firstColumn * view.ColumnStride);
        return view with { Data = (nint)data, Rows = endRow - firstRow, Columns = endColumn - firstColumn, Batch = 1 };
    }
}
