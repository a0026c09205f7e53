using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Operators;

/// <summary>
/// The gated MLP's hidden state, (s_u∘u)∘SiLU(s_v·√C∘v) for nGPT and u∘SiLU(v) for the baseline
/// (docs/method.md, section 2). Training and inference run this kernel, inference without scaling since its weights hold
/// the scales; the plain reference is <c>MlpPart.Down</c> of NGpt.Torch.
/// </summary>
internal readonly unsafe struct SwiGluForward<TLanes, TElement, TScaling> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TScaling : struct, IScaling
{
    /// <summary>u [N, F], rows <see cref="InputStride"/> apart.</summary>
    public required TElement* Up { get; init; }

    /// <summary>v [N, F], rows <see cref="InputStride"/> apart.</summary>
    public required TElement* Gate { get; init; }

    /// <summary>From one row of u or v to the next: 2F where both come from one product, else F.</summary>
    public required int InputStride { get; init; }

    /// <summary>Effective s_u [F]; null without scaling.</summary>
    public required float* UpScale { get; init; }

    /// <summary>Effective s_v·√C [F]; null without scaling.</summary>
    public required float* GateScale { get; init; }

    /// <summary>The hidden state [N, F].</summary>
    public required TElement* Output { get; init; }

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
            TElement* u = Up + (row * InputStride);
            TElement* v = Gate + (row * InputStride);
            TElement* output = Output + (row * Width);
            Multiply<TLanes>(u, v, output, 0, vectorized);
            Multiply<ScalarLane>(u, v, output, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Multiply<T>(TElement* u, TElement* v, TElement* output, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* upScale = UpScale;
        float* gateScale = GateScale;
        T one = T.Of(1);
        for (int i = from; i < end; i += T.Count)
        {
            T up = TScaling.Scale(TElement.Load<T>(u + i), upScale + i);
            T gate = TScaling.Scale(TElement.Load<T>(v + i), gateScale + i);
            TElement.Store(up * gate / (one + Exponential.Of(T.Zero - gate)), output + i);
        }
    }
}
