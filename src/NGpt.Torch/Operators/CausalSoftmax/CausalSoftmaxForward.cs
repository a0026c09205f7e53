using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.CausalSoftmax;

/// <summary>
/// Softmax over the visible part of every row of scores, in place; what lies in the future, or in another document,
/// becomes 0.
/// </summary>
internal readonly unsafe struct CausalSoftmaxForward<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Scores, then probabilities, of several heads [heads, T, T]; row t of a head reaches to the end of its block.</summary>
    public required TElement* Scores { get; init; }

    /// <summary>One row for each thread [threads, T].</summary>
    public required float* Scratch { get; init; }

    /// <summary>Heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>T.</summary>
    public required int Length { get; init; }

    /// <summary>Rows of one block: every row of a block has scores up to the block's last position.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Where every token's own document begins; the whole past is visible where it is not given.</summary>
    public DocumentStarts Documents { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        float* exponentials = Scratch + ((long)thread * Length);
        // Rows get longer with their position; dealing them out in turn gives every thread as much.
        for (long row = thread; row < (long)HeadCount * Length; row += threads)
        {
            int position = (int)(row % Length);
            int visible = position + 1;
            int end = Math.Min(Length, ((position / BlockRows) + 1) * BlockRows);
            int first = Documents.FirstVisible(row, Length, position);
            int vectorized = first + Rows.VectorizedLength<TLanes>(visible - first);
            TElement* scores = Scores + (row * Length);
            float max = MathF.Max(Largest<TLanes>(scores, first, vectorized), Largest<ScalarLane>(scores, vectorized, visible));
            float sum = Exponentials<TLanes>(scores, max, exponentials, first, vectorized) + Exponentials<ScalarLane>(scores, max, exponentials, vectorized, visible);
            Scale<TLanes>(exponentials, 1 / sum, scores, first, vectorized);
            Scale<ScalarLane>(exponentials, 1 / sum, scores, vectorized, visible);
            new Span<TElement>(scores, first).Clear();
            new Span<TElement>(scores + visible, end - visible).Clear();
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static float Largest<T>(TElement* scores, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T max = T.Of(float.NegativeInfinity);
        for (int i = from; i < end; i += T.Count)
        {
            max = T.Max(max, TElement.Load<T>(scores + i));
        }

        return T.Largest(max);
    }

    [MethodImpl(KernelCode.Loop)]
    private static float Exponentials<T>(TElement* scores, float max, float* exponentials, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T largest = T.Of(max);
        T sum = T.Zero;
        for (int i = from; i < end; i += T.Count)
        {
            T exponential = Exponential.Of(TElement.Load<T>(scores + i) - largest);
            sum += exponential;
            T.Store(exponential, exponentials + i);
        }

        return T.Sum(sum);
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Scale<T>(float* exponentials, float factor, TElement* probabilities, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T factors = T.Of(factor);
        for (int i = from; i < end; i += T.Count)
        {
            TElement.Store(T.Load(exponentials + i) * factors, probabilities + i);
        }
    }
}
