using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>Root-mean-square normalization with a learned gain, for the baseline: x / √(mean(x²) + ε) ∘ gain.</summary>
internal readonly unsafe struct RmsNormRows<TLanes> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Residual stream [M, C].</summary>
    public required float* Input { get; init; }

    /// <summary>Which row of the input each row of the output is made of [N]; null for the same one.</summary>
    public required int* RowNumbers { get; init; }

    /// <summary>Gain [C].</summary>
    public required float* Gain { get; init; }

    /// <summary>ε.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Normalized rows [N, C].</summary>
    public required float* Output { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    /// <summary>C.</summary>
    public required int Width { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(Width);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            float* x = Input + ((RowNumbers is null ? row : RowNumbers[row]) * (long)Width);
            float* y = Output + (row * Width);
            float factor = 1 / MathF.Sqrt((Rows.SumOfSquares<TLanes, Float32>((Float32*)x, Width) / Width) + Epsilon);
            Scale<TLanes>(x, factor, y, 0, vectorized);
            Scale<ScalarLane>(x, factor, y, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Scale<T>(float* x, float factor, float* y, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* gain = Gain;
        T factors = T.Of(factor);
        for (int c = from; c < end; c += T.Count)
        {
            T.Store(T.Load(x + c) * factors * T.Load(gain + c), y + c);
        }
    }
}

/// <summary>The baseline's residual addition h += b.</summary>
internal readonly unsafe struct ResidualRows<TLanes> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Residual stream h [N, C].</summary>
    public required float* Hidden { get; init; }

    /// <summary>Output b of attention or MLP [N, C].</summary>
    public required float* Branch { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    /// <summary>C.</summary>
    public required int Width { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(Width);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            float* h = Hidden + (row * Width);
            float* b = Branch + (row * Width);
            Add<TLanes>(h, b, 0, vectorized);
            Add<ScalarLane>(h, b, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Add<T>(float* h, float* b, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        for (int c = from; c < end; c += T.Count)
        {
            T.Store(T.Load(h + c) + T.Load(b + c), h + c);
        }
    }
}
