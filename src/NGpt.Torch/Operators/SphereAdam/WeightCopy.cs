using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.SphereAdam;

/// <summary>Makes the copies that matrix products read from the master weights: at the start, and after a load.</summary>
internal readonly unsafe struct WeightCopy<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>All parameters.</summary>
    public required ParameterBlock* Blocks { get; init; }

    /// <summary>Number of parameters.</summary>
    public required int BlockCount { get; init; }

    public void Run(int thread, int threads)
    {
        for (int i = 0; i < BlockCount; i++)
        {
            ref readonly ParameterBlock block = ref Blocks[i];
            if (block.Copy != null)
            {
                (int first, int end) = ThreadTeam.Share(block.Rows, thread, threads);
                int vectorized = Rows.VectorizedLength<TLanes>(block.Columns);
                for (long row = first; row < end; row++)
                {
                    float* source = block.Weight + (row * block.Columns);
                    TElement* target = (TElement*)block.Copy + (row * block.Columns);
                    Copy<TLanes>(source, target, 0, vectorized);
                    Copy<ScalarLane>(source, target, vectorized, block.Columns);
                }
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Copy<T>(float* source, TElement* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        for (int i = from; i < end; i += T.Count)
        {
            TElement.Store(T.Load(source + i), target + i);
        }
    }
}
