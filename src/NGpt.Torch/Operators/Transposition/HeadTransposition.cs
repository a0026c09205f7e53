using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.Transposition;

/// <summary>Copies between the layout of attention [B, H, T, D] and that of the projections [B, T, H·D].</summary>
internal readonly unsafe struct HeadTransposition<TElement> : IParallelWork
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>[B, H, T, D].</summary>
    public required TElement* Heads { get; init; }

    /// <summary>[B, T, H·D].</summary>
    public required TElement* RowMajor { get; init; }

    /// <summary>Whether rows are written from heads; else heads from rows.</summary>
    public required bool ToRows { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>T.</summary>
    public required int Length { get; init; }

    /// <summary>H.</summary>
    public required int HeadCount { get; init; }

    /// <summary>D.</summary>
    public required int HeadWidth { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        uint bytes = (uint)(HeadWidth * sizeof(TElement));
        (int first, int end) = ThreadTeam.Share(Batch * Length, thread, threads);
        for (long row = first; row < end; row++)
        {
            (long sequence, long position) = Math.DivRem(row, Length);
            for (int head = 0; head < HeadCount; head++)
            {
                TElement* inHeads = Heads + (((((sequence * HeadCount) + head) * Length) + position) * HeadWidth);
                TElement* inRow = RowMajor + (((row * HeadCount) + head) * HeadWidth);
                Unsafe.CopyBlockUnaligned(ToRows ? inRow : inHeads, ToRows ? inHeads : inRow, bytes);
            }
        }
    }
}
