using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels;

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
