using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.Embedding;

/// <summary>h = E_in[token], and h once more in the type of the next matrix product.</summary>
internal readonly unsafe struct EmbeddingLookup<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>E_in [V, C].</summary>
    public required float* Embedding { get; init; }

    /// <summary>Tokens [N], each below V.</summary>
    public required int* Tokens { get; init; }

    /// <summary>h [N, C].</summary>
    public required float* Hidden { get; init; }

    /// <summary>h as activations [N, C]; null where nobody reads it.</summary>
    public required TElement* HiddenElements { get; init; }

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
            float* source = Embedding + ((long)Tokens[row] * Width);
            Unsafe.CopyBlockUnaligned(Hidden + (row * Width), source, (uint)(Width * sizeof(float)));
            if (HiddenElements != null)
            {
                Convert<TLanes>(source, HiddenElements + (row * Width), 0, vectorized);
                Convert<ScalarLane>(source, HiddenElements + (row * Width), vectorized, Width);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Convert<T>(float* source, TElement* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        for (int i = from; i < end; i += T.Count)
        {
            TElement.Store(T.Load(source + i), target + i);
        }
    }
}
