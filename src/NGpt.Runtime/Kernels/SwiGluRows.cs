using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>The gated MLP's hidden state u∘SiLU(v); nGPT's scales are in u and v already.</summary>
internal readonly unsafe struct SwiGluRows<TLanes> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>u [N, F].</summary>
    public required float* Up { get; init; }

    /// <summary>v [N, F].</summary>
    public required float* Gate { get; init; }

    /// <summary>The hidden state [N, F].</summary>
    public required float* Output { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    /// <summary>F.</summary>
    public required int Width { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(Width);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            float* u = Up + (row * Width);
            float* v = Gate + (row * Width);
            float* output = Output + (row * Width);
            Multiply<TLanes>(u, v, output, 0, vectorized);
            Multiply<ScalarLane>(u, v, output, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Multiply<T>(float* u, float* v, float* output, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Of(1);
        for (int i = from; i < end; i += T.Count)
        {
            T gate = T.Load(v + i);
            T.Store(T.Load(u + i) * gate / (one + Exponential.Of(T.Zero - gate)), output + i);
        }
    }
}
