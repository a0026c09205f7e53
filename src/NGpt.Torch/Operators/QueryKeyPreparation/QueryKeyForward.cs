using System.Runtime.CompilerServices;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>
/// From the rows of the joint projection to what attention reads: heads split, queries and keys rotated by their
/// positions and, as the rule says, normalized and scaled by s_qk; the attention scale goes into the queries
/// (docs/method.md, section 2). The plain reference is the first half of <see cref="Models.NGptBlock"/>.
/// </summary>
internal readonly unsafe struct QueryKeyForward<TLanes, TElement, TRule> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TRule : struct, IQueryKeyRule
{
    /// <summary>q, k and v side by side [B·T, 3·H·D].</summary>
    public required TElement* Projected { get; init; }

    /// <summary>Cosines of <see cref="RotaryTable"/> [T, D].</summary>
    public required float* Cosines { get; init; }

    /// <summary>Sines of <see cref="RotaryTable"/> [T, D].</summary>
    public required float* Sines { get; init; }

    /// <summary>Effective s_qk [H·D]; null for the baseline.</summary>
    public required float* Scale { get; init; }

    /// <summary>What q·k is multiplied with: √D for nGPT, 1/√D for the baseline.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Prepared queries [B, H, T, D].</summary>
    public required TElement* Queries { get; init; }

    /// <summary>Prepared keys [B, H, T, D].</summary>
    public required TElement* Keys { get; init; }

    /// <summary>Values [B, H, T, D].</summary>
    public required TElement* Values { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>T.</summary>
    public required int Length { get; init; }

    /// <summary>H.</summary>
    public required int HeadCount { get; init; }

    /// <summary>D, even.</summary>
    public required int HeadWidth { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int width = HeadCount * HeadWidth;
        (int first, int end) = ThreadTeam.Share(Batch * Length, thread, threads);
        for (long row = first; row < end; row++)
        {
            (long sequence, long position) = Math.DivRem(row, Length);
            TElement* source = Projected + (row * 3 * width);
            for (int head = 0; head < HeadCount; head++)
            {
                int column = head * HeadWidth;
                long target = ((((sequence * HeadCount) + head) * Length) + position) * HeadWidth;
                Prepare(source + column, position, column, AttentionScale, Queries + target);
                Prepare(source + width + column, position, column, 1, Keys + target);
                Unsafe.CopyBlockUnaligned(Values + target, source + (2 * width) + column, (uint)(HeadWidth * sizeof(TElement)));
            }
        }
    }

    private void Prepare(TElement* source, long position, int column, float factor, TElement* target)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(HeadWidth);
        if (TRule.Normalizes)
        {
            // A rotation keeps lengths, so the norm may be taken before it.
            factor /= MathF.Sqrt(Rows.SumOfSquares<TLanes, TElement>(source, HeadWidth));
        }

        Rotate<TLanes>(source, position, column, factor, target, 0, vectorized);
        // Called for every head of every token: usual head widths are spared a call that does nothing.
        if (vectorized < HeadWidth)
        {
            Rotate<PairLanes>(source, position, column, factor, target, vectorized, HeadWidth);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void Rotate<T>(TElement* source, long position, int column, float factor, TElement* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* cosines = Cosines + (position * HeadWidth);
        float* sines = Sines + (position * HeadWidth);
        float* scale = Scale + column;
        T factors = T.Of(factor);
        for (int i = from; i < end; i += T.Count)
        {
            T value = TElement.Load<T>(source + i);
            T rotated = T.MultiplyAdd(value, T.Load(cosines + i), T.SwapPairs(value) * T.Load(sines + i)) * factors;
            TElement.Store(TRule.Scales ? rotated * T.Load(scale + i) : rotated, target + i);
        }
    }
}
