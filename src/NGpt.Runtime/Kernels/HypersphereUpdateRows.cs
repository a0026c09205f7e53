using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>The hypersphere update h = Norm(h + |α|∘(Norm(b) − h)), in place.</summary>
internal readonly unsafe struct HypersphereUpdateRows<TLanes> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Hidden states h of unit length [N, C].</summary>
    public required float* Hidden { get; init; }

    /// <summary>Output b of attention or MLP [N, C].</summary>
    public required float* Branch { get; init; }

    /// <summary>|α| [C].</summary>
    public required float* Alpha { get; init; }

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
            float inverse = 1 / MathF.Sqrt(Rows.SumOfSquares<TLanes, Float32>((Float32*)b, Width));
            float scale = 1 / MathF.Sqrt(Update<TLanes>(h, b, inverse, 0, vectorized) + Update<ScalarLane>(h, b, inverse, vectorized, Width));
            Scale<TLanes>(h, scale, 0, vectorized);
            Scale<ScalarLane>(h, scale, vectorized, Width);
        }
    }

    // h + |α|∘(b̂ − h); returns its part of the squared length.
    [MethodImpl(KernelCode.Loop)]
    private float Update<T>(float* h, float* b, float inverse, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* alpha = Alpha;
        T inverseNorm = T.Of(inverse);
        T squares = T.Zero;
        for (int c = from; c < end; c += T.Count)
        {
            T start = T.Load(h + c);
            T moved = T.MultiplyAdd(T.Load(alpha + c), T.MultiplyAdd(T.Load(b + c), inverseNorm, T.Zero - start), start);
            squares = T.MultiplyAdd(moved, moved, squares);
            T.Store(moved, h + c);
        }

        return T.Sum(squares);
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Scale<T>(float* h, float scale, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T factor = T.Of(scale);
        for (int c = from; c < end; c += T.Count)
        {
            T.Store(T.Load(h + c) * factor, h + c);
        }
    }
}
