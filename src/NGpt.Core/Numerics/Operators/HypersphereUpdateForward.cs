using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Operators;

/// <summary>
/// The hypersphere update h' = Norm(h + |α|∘(Norm(b) − h)) and, for training, h' once more in the type that the next
/// matrix product reads (docs/method.md, section 2). Training and inference run this kernel; the plain reference is
/// <c>Hypersphere.Update</c> of NGpt.Torch.
/// </summary>
internal readonly unsafe struct HypersphereUpdateForward<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Hidden states h [N, C], unit vectors.</summary>
    public required float* Hidden { get; init; }

    /// <summary>Output b of attention or MLP [N, C].</summary>
    public required TElement* Branch { get; init; }

    /// <summary>Effective eigen learning rate |α| [C].</summary>
    public required float* Alpha { get; init; }

    /// <summary>New hidden states h' [N, C]; may be <see cref="Hidden"/>.</summary>
    public required float* Output { get; init; }

    /// <summary>The same as activations [N, C]; null where nothing reads them.</summary>
    public required TElement* OutputElements { get; init; }

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
            long offset = row * Width;
            float inverse = 1 / MathF.Sqrt(Rows.SumOfSquares<TLanes, TElement>(Branch + offset, Width));
            float squares = Step<TLanes>(offset, inverse, 0, vectorized) + Step<ScalarLane>(offset, inverse, vectorized, Width);
            float scale = 1 / MathF.Sqrt(squares);
            Scale<TLanes>(offset, scale, 0, vectorized);
            Scale<ScalarLane>(offset, scale, vectorized, Width);
        }
    }

    // y = h + α∘(b̂ − h); returns its part of ‖y‖².
    [MethodImpl(KernelCode.Loop)]
    private float Step<T>(long offset, float inverse, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* h = Hidden + offset;
        TElement* b = Branch + offset;
        float* y = Output + offset;
        float* alpha = Alpha;
        T inverseNorm = T.Of(inverse);
        T squares = T.Zero;
        for (int c = from; c < end; c += T.Count)
        {
            T start = T.Load(h + c);
            T step = T.MultiplyAdd(TElement.Load<T>(b + c), inverseNorm, T.Zero - start);
            T moved = T.MultiplyAdd(T.Load(alpha + c), step, start);
            squares = T.MultiplyAdd(moved, moved, squares);
            T.Store(moved, y + c);
        }

        return T.Sum(squares);
    }

    [MethodImpl(KernelCode.Loop)]
    private void Scale<T>(long offset, float scale, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* y = Output + offset;
        T factor = T.Of(scale);
        if (OutputElements == null)
        {
            for (int c = from; c < end; c += T.Count)
            {
                T.Store(T.Load(y + c) * factor, y + c);
            }

            return;
        }

        TElement* copy = OutputElements + offset;
        for (int c = from; c < end; c += T.Count)
        {
            T unit = T.Load(y + c) * factor;
            T.Store(unit, y + c);
            TElement.Store(unit, copy + c);
        }
    }
}
