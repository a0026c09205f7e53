using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.ResidualNorm;

/// <summary>
/// Gradients of the residual addition and RMSNorm. With r = 1/rms(h) and dx the gradient of x = h·r∘gain:
/// dh = r·gain∘dx − h·r³·Σ(gain∘dx∘h)/C is added to what came along the residual stream; the sum is the gradient of
/// the branch as well.
/// </summary>
internal readonly unsafe struct ResidualNormBackward<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Input of the norm in the forward pass [N, C].</summary>
    public required float* Hidden { get; init; }

    /// <summary>Gain of the norm [C].</summary>
    public required float* Gain { get; init; }

    /// <summary>In: gradient that came along the residual stream. Out: gradient of the norm's input [N, C].</summary>
    public required float* ResidualGradient { get; init; }

    /// <summary>Gradient of the norm's output [N, C].</summary>
    public required TElement* OutputGradient { get; init; }

    /// <summary>Gradient of the branch [N, C].</summary>
    public required TElement* BranchGradient { get; init; }

    /// <summary>Sums of the gradient of the gain, added to: [threads, C].</summary>
    public required float* GainGradients { get; init; }

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
        float* gainGradient = GainGradients + ((long)thread * Width);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            long offset = row * Width;
            float squares = Rows.SumOfSquares<TLanes, Float32>((Float32*)(Hidden + offset), Width);
            float product = Product<TLanes>(offset, 0, vectorized) + Product<ScalarLane>(offset, vectorized, Width);
            float scale = 1 / MathF.Sqrt((squares / Width) + Epsilon);
            float slope = scale * scale * scale * product / Width;
            Spread<TLanes>(offset, scale, slope, gainGradient, 0, vectorized);
            Spread<ScalarLane>(offset, scale, slope, gainGradient, vectorized, Width);
        }
    }

    // Σ gain∘dx∘h.
    [MethodImpl(KernelCode.Loop)]
    private float Product<T>(long offset, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* h = Hidden + offset;
        TElement* dx = OutputGradient + offset;
        float* gain = Gain;
        T sum = T.Zero;
        for (int c = from; c < end; c += T.Count)
        {
            sum = T.MultiplyAdd(T.Load(h + c) * T.Load(gain + c), TElement.Load<T>(dx + c), sum);
        }

        return T.Sum(sum);
    }

    [MethodImpl(KernelCode.Loop)]
    private void Spread<T>(long offset, float scale, float slope, float* gainGradient, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* h = Hidden + offset;
        TElement* dx = OutputGradient + offset;
        float* residual = ResidualGradient + offset;
        TElement* branchGradient = BranchGradient + offset;
        float* gain = Gain;
        (T factor, T radial) = (T.Of(scale), T.Of(slope));
        for (int c = from; c < end; c += T.Count)
        {
            T hidden = T.Load(h + c);
            T scaled = TElement.Load<T>(dx + c) * factor;
            T.Store(T.MultiplyAdd(scaled, hidden, T.Load(gainGradient + c)), gainGradient + c);
            T total = T.MultiplyAdd(scaled, T.Load(gain + c), T.Load(residual + c)) - (hidden * radial);
            T.Store(total, residual + c);
            TElement.Store(total, branchGradient + c);
        }
    }
}
