using System.Numerics;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Torch.Operators.SphereAdam;

/// <summary>How far the norms of rows and columns on the hypersphere are from 1, summed up in float64.</summary>
internal readonly unsafe struct NormErrors : IParallelWork
{
    private const int BlockColumns = 256;

    /// <summary>All parameters.</summary>
    public required ParameterBlock* Blocks { get; init; }

    /// <summary>Number of parameters.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Receives every thread's largest distance [threads].</summary>
    public required double* Largest { get; init; }

    public void Run(int thread, int threads)
    {
        double largest = 0;
        for (int i = 0; i < BlockCount; i++)
        {
            ref readonly ParameterBlock block = ref Blocks[i];
            largest = block.NormalizedAxis switch
            {
                1 => Math.Max(largest, OfRows(block, thread, threads)),
                0 => Math.Max(largest, OfColumns(block, thread, threads)),
                _ => largest,
            };
        }

        Largest[thread] = largest;
    }

    private static double OfRows(in ParameterBlock block, int thread, int threads)
    {
        double largest = 0;
        (int first, int end) = ThreadTeam.Share(block.Rows, thread, threads);
        for (long row = first; row < end; row++)
        {
            largest = Math.Max(largest, Math.Abs(Math.Sqrt(SumOfSquares(block.Weight + (row * block.Columns), block.Columns)) - 1));
        }

        return largest;
    }

    private static double OfColumns(in ParameterBlock block, int thread, int threads)
    {
        double largest = 0;
        double* squares = stackalloc double[BlockColumns];
        (int first, int end) = ThreadTeam.Share(block.Columns, thread, threads);
        for (int from = first; from < end; from += BlockColumns)
        {
            int count = Math.Min(BlockColumns, end - from);
            new Span<double>(squares, count).Clear();
            for (long row = 0; row < block.Rows; row++)
            {
                float* weights = block.Weight + (row * block.Columns) + from;
                for (int i = 0; i < count; i++)
                {
                    squares[i] += (double)weights[i] * weights[i];
                }
            }

            for (int i = 0; i < count; i++)
            {
                largest = Math.Max(largest, Math.Abs(Math.Sqrt(squares[i]) - 1));
            }
        }

        return largest;
    }

    private static double SumOfSquares(float* x, int width)
    {
        Vector<double> sum = Vector<double>.Zero;
        int vectorized = width - (width % Vector<float>.Count);
        for (int i = 0; i < vectorized; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(x + i), out Vector<double> lower, out Vector<double> upper);
            sum += (lower * lower) + (upper * upper);
        }

        double total = Vector.Sum(sum);
        for (int i = vectorized; i < width; i++)
        {
            total += (double)x[i] * x[i];
        }

        return total;
    }
}
