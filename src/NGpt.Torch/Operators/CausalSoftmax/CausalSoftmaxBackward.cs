using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.CausalSoftmax;

/// <summary>
/// Gradient of the scores from that of the probabilities, in place: dS = P∘(dP − Σ P∘dP), 0 in the future and in other
/// documents.
/// </summary>
internal readonly unsafe struct CausalSoftmaxBackward<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Probabilities of several heads [heads, T, T].</summary>
    public required TElement* Probabilities { get; init; }

    /// <summary>In: gradient of the probabilities. Out: gradient of the scores [heads, T, T].</summary>
    public required TElement* Gradients { get; init; }

    /// <summary>Heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>T.</summary>
    public required int Length { get; init; }

    /// <summary>Rows of one block.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Where every token's own document begins; the whole past is visible where it is not given.</summary>
    public DocumentStarts Documents { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        for (long row = thread; row < (long)HeadCount * Length; row += threads)
        {
            int position = (int)(row % Length);
            int visible = position + 1;
            int end = Math.Min(Length, ((position / BlockRows) + 1) * BlockRows);
            int first = Documents.FirstVisible(row, Length, position);
            int vectorized = first + Rows.VectorizedLength<TLanes>(visible - first);
            TElement* probabilities = Probabilities + (row * Length);
            TElement* gradients = Gradients + (row * Length);
            float mean = Mean<TLanes>(probabilities, gradients, first, vectorized) + Mean<ScalarLane>(probabilities, gradients, vectorized, visible);
            Spread<TLanes>(probabilities, gradients, mean, first, vectorized);
            Spread<ScalarLane>(probabilities, gradients, mean, vectorized, visible);
            new Span<TElement>(gradients, first).Clear();
            new Span<TElement>(gradients + visible, end - visible).Clear();
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static float Mean<T>(TElement* probabilities, TElement* gradients, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T sum = T.Zero;
        for (int i = from; i < end; i += T.Count)
        {
            sum = T.MultiplyAdd(TElement.Load<T>(probabilities + i), TElement.Load<T>(gradients + i), sum);
        }

        return T.Sum(sum);
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Spread<T>(TElement* probabilities, TElement* gradients, float mean, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T means = T.Of(mean);
        for (int i = from; i < end; i += T.Count)
        {
            TElement.Store(TElement.Load<T>(probabilities + i) * (TElement.Load<T>(gradients + i) - means), gradients + i);
        }
    }
}
