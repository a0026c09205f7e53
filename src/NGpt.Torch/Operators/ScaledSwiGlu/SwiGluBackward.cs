using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.ScaledSwiGlu;

/// <summary>
/// Gradients of the gated hidden state, which overwrite u and v; and the hidden state once more, which the weight
/// gradient of the next product needs: computing it again costs less than keeping it for every layer.
/// </summary>
internal readonly unsafe struct SwiGluBackward<TLanes, TElement, TScaling> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TScaling : struct, IScaling
{
    /// <summary>In: u and v side by side. Out: their gradients [N, 2F].</summary>
    public required TElement* UpAndGate { get; init; }

    /// <summary>Effective s_u [F]; null without scaling.</summary>
    public required float* UpScale { get; init; }

    /// <summary>Effective s_v·√C [F]; null without scaling.</summary>
    public required float* GateScale { get; init; }

    /// <summary>Gradient of the hidden state [N, F].</summary>
    public required TElement* OutputGradient { get; init; }

    /// <summary>Receives the hidden state [N, F].</summary>
    public required TElement* Output { get; init; }

    /// <summary>Sums of the gradient of s_u, added to: [threads, F]; null without scaling.</summary>
    public required float* UpScaleGradients { get; init; }

    /// <summary>Sums of the gradient of s_v·√C, added to: [threads, F]; null without scaling.</summary>
    public required float* GateScaleGradients { get; init; }

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
            Row<TLanes>(row, thread, 0, vectorized);
            Row<ScalarLane>(row, thread, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Row<T>(long row, int thread, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        TElement* u = UpAndGate + (row * 2 * Width);
        TElement* v = u + Width;
        TElement* gradient = OutputGradient + (row * Width);
        TElement* output = Output + (row * Width);
        float* upScale = UpScale;
        float* gateScale = GateScale;
        float* upScaleGradient = UpScaleGradients + ((long)thread * Width);
        float* gateScaleGradient = GateScaleGradients + ((long)thread * Width);
        T one = T.Of(1);
        for (int i = from; i < end; i += T.Count)
        {
            (T rawUp, T rawGate, T g) = (TElement.Load<T>(u + i), TElement.Load<T>(v + i), TElement.Load<T>(gradient + i));
            T up = TScaling.Scale(rawUp, upScale + i);
            T gate = TScaling.Scale(rawGate, gateScale + i);
            T sigmoid = one / (one + Exponential.Of(T.Zero - gate));
            T silu = gate * sigmoid;
            T toUp = g * silu;
            // SiLU'(v) = σ + v·σ·(1 − σ)
            T toGate = g * up * T.MultiplyAdd(silu, one - sigmoid, sigmoid);
            TElement.Store(up * silu, output + i);
            TElement.Store(TScaling.Scale(toUp, upScale + i), u + i);
            TElement.Store(TScaling.Scale(toGate, gateScale + i), v + i);
            TScaling.AddProduct(toUp, rawUp, upScaleGradient + i);
            TScaling.AddProduct(toGate, rawGate, gateScaleGradient + i);
        }
    }
}
