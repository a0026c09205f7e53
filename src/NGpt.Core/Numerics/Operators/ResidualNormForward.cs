using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Operators;

/// <summary>
/// The baseline's counterpart of the hypersphere update: the residual addition h' = h + b and the RMSNorm of the next
/// branch, x = h'/rms(h')∘gain, in one pass. Training and inference run this kernel; the plain reference is
/// <c>RmsNorm</c> of NGpt.Torch.
/// </summary>
internal readonly unsafe struct ResidualNormForward<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Residual stream h [N, C].</summary>
    public required float* Hidden { get; init; }

    /// <summary>Which row of h each row of the output reads [N]; null for its own. Only without a branch.</summary>
    public int* RowNumbers { get; init; }

    /// <summary>Output b of attention or MLP [N, C]; null where there is nothing to add.</summary>
    public required TElement* Branch { get; init; }

    /// <summary>Gain of the norm [C].</summary>
    public required float* Gain { get; init; }

    /// <summary>New residual stream h' [N, C]; not written where there is no branch.</summary>
    public required float* Output { get; init; }

    /// <summary>Normalized x [N, C].</summary>
    public required TElement* Normalized { get; init; }

    /// <summary>Added to the mean square.</summary>
    public required float Epsilon { get; init; }

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
            float* hidden = Hidden + (RowNumbers == null ? offset : RowNumbers[row] * (long)Width);
            float squares = Branch == null
                ? Rows.SumOfSquares<TLanes, Float32>((Float32*)hidden, Width)
                : Add<TLanes>(offset, 0, vectorized) + Add<ScalarLane>(offset, vectorized, Width);
            float scale = 1 / MathF.Sqrt((squares / Width) + Epsilon);
            float* source = Branch == null ? hidden : Output + offset;
            Scale<TLanes>(source, offset, scale, 0, vectorized);
            Scale<ScalarLane>(source, offset, scale, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private float Add<T>(long offset, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* h = Hidden + offset;
        TElement* b = Branch + offset;
        float* output = Output + offset;
        T squares = T.Zero;
        for (int c = from; c < end; c += T.Count)
        {
            T sum = T.Load(h + c) + TElement.Load<T>(b + c);
            squares = T.MultiplyAdd(sum, sum, squares);
            T.Store(sum, output + c);
        }

        return T.Sum(squares);
    }

    [MethodImpl(KernelCode.Loop)]
    private void Scale<T>(float* h, long offset, float scale, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* gain = Gain;
        TElement* x = Normalized + offset;
        T factor = T.Of(scale);
        for (int c = from; c < end; c += T.Count)
        {
            TElement.Store(T.Load(h + c) * factor * T.Load(gain + c), x + c);
        }
    }
}
