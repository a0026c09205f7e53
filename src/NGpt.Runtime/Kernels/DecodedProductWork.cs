using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Kernels;

/// <summary>Products of any weight type in float32: every row is decoded and then multiplied with all tokens.</summary>
internal readonly unsafe struct DecodedProductWork<TLanes> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The matrices.</summary>
    public required ProductItem* Items { get; init; }

    /// <summary>Number of matrices.</summary>
    public required int Count { get; init; }

    /// <summary>[tokens, columns].</summary>
    public required float* X { get; init; }

    /// <summary>Tokens.</summary>
    public required int Tokens { get; init; }

    /// <summary>Room for a decoded row for each thread.</summary>
    public required float* Scratch { get; init; }

    /// <summary>Numbers from one thread's room to the next one's.</summary>
    public required long ScratchLength { get; init; }

    public void Run(int thread, int threads)
    {
        for (int i = 0; i < Count; i++)
        {
            (int first, int end) = ThreadTeam.Share(Items[i].Rows, thread, threads);
            for (int row = first; row < end; row++)
            {
                Multiply(Items[i], row, Scratch + (thread * ScratchLength));
            }
        }
    }

    private void Multiply(ProductItem item, int row, float* weights)
    {
        WeightCodec.Decode(
            item.Type,
            new ReadOnlySpan<byte>(item.Weights + (row * item.RowBytes), (int)item.RowBytes),
            new Span<float>(weights, item.Columns),
            item.TensorScale);
        for (int token = 0; token < Tokens; token++)
        {
            item.Y[(token * item.YStride) + row] = item.RowScale(row) * Dot(weights, X + ((long)token * item.Columns), item.Columns);
        }
    }

    private static float Dot(float* a, float* b, int count)
    {
        TLanes sum = TLanes.Zero;
        int whole = Rows.Whole<TLanes>(count);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum);
        }

        float total = TLanes.Sum(sum);
        for (int i = whole; i < count; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }
}
