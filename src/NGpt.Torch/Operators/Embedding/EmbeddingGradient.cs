using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.Embedding;

/// <summary>
/// Adds the gradients of all positions to the rows of their tokens. Every thread takes some columns of all rows, so
/// that a token that occurs twice is added up in the same order whatever the number of threads.
/// </summary>
internal readonly unsafe struct EmbeddingGradient<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Gradient of E_in, added to [V, C].</summary>
    public required float* Gradient { get; init; }

    /// <summary>Tokens [N].</summary>
    public required int* Tokens { get; init; }

    /// <summary>First part of the gradient of h: along the residual stream [N, C].</summary>
    public required float* ResidualGradient { get; init; }

    /// <summary>Second part: through the first matrix product [N, C]; null where the first has everything.</summary>
    public required TElement* OutputGradient { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    /// <summary>C.</summary>
    public required int Width { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        (int first, int end) = ThreadTeam.Share(Width, thread, threads, TLanes.Count);
        int vectorized = first + Rows.VectorizedLength<TLanes>(end - first);
        for (long row = 0; row < RowCount; row++)
        {
            float* target = Gradient + ((long)Tokens[row] * Width);
            Add<TLanes>(row * Width, target, first, vectorized);
            Add<ScalarLane>(row * Width, target, vectorized, end);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Add<T>(long offset, float* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* residual = ResidualGradient + offset;
        TElement* output = OutputGradient + offset;
        bool hasOutput = OutputGradient != null;
        for (int i = from; i < end; i += T.Count)
        {
            T sum = T.Load(target + i) + T.Load(residual + i);
            T.Store(hasOutput ? sum + TElement.Load<T>(output + i) : sum, target + i);
        }
    }
}
