using System.Runtime.CompilerServices;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Kernels;

/// <summary>
/// From projections to what attention reads: queries and keys are rotated by their positions and, where the model says so,
/// put on the unit sphere; queries are scaled, in place; keys and values are written to the cache. Training has a kernel of
/// its own, since nothing but the rotation's loop is alike: there, rows of a batch come from one joint product and go to
/// [B, H, T, D]; here, every row has its slot and position, and keys go to the cache with positions innermost.
/// </summary>
internal readonly unsafe struct QueryKeyRows<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Projected queries, then prepared ones [N, H·D].</summary>
    public required float* Queries { get; init; }

    /// <summary>Projected keys [N, heads of keys·D]; overwritten.</summary>
    public required float* Keys { get; init; }

    /// <summary>Projected values [N, heads of keys·D].</summary>
    public required float* Values { get; init; }

    /// <summary>What prepared queries are multiplied with, attention's scale included [H·D].</summary>
    public required float* QueryScale { get; init; }

    /// <summary>Whether every head's query and key is divided by its length.</summary>
    public required bool UnitLength { get; init; }

    /// <summary>Cosines of <see cref="RotaryTable"/> [context, D].</summary>
    public required float* Cosines { get; init; }

    /// <summary>Sines of <see cref="RotaryTable"/> [context, D].</summary>
    public required float* Sines { get; init; }

    /// <summary>Slot of every row [N].</summary>
    public required int* Slots { get; init; }

    /// <summary>Position of every row in its slot [N].</summary>
    public required int* Positions { get; init; }

    /// <summary>The layer's part of the cache.</summary>
    public required CacheLayer Cache { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        (int queryHeads, int headCount, int headWidth) = (Cache.QueryHeadCount, Cache.HeadCount, Cache.HeadWidth);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            int position = Positions[row];
            for (int head = 0; head < queryHeads; head++)
            {
                int column = head * headWidth;
                Prepare(Queries + (row * queryHeads * headWidth) + column, position, headWidth, QueryScale + column);
            }

            for (int head = 0; head < headCount; head++)
            {
                long at = ((row * headCount) + head) * headWidth;
                Prepare(Keys + at, position, headWidth, null);
                StoreKey(Keys + at, Cache.Key<TElement>(Slots[row], head, position), headWidth);
                StoreValue(Values + at, Cache.Value<TElement>(Slots[row], head, position), headWidth);
            }
        }
    }

    private void Prepare(float* x, int position, int headWidth, float* scale)
    {
        // A rotation keeps lengths, so the norm may be taken before it.
        float factor = UnitLength ? 1 / MathF.Sqrt(Rows.SumOfSquares<TLanes, Float32>((Float32*)x, headWidth)) : 1;
        int vectorized = Rows.VectorizedLength<TLanes>(headWidth);
        long offset = (long)position * headWidth;
        Rotate<TLanes>(x, Cosines + offset, Sines + offset, factor, scale, 0, vectorized);
        if (vectorized < headWidth)
        {
            Rotate<PairLanes>(x, Cosines + offset, Sines + offset, factor, scale, vectorized, headWidth);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Rotate<T>(float* x, float* cosines, float* sines, float factor, float* scale, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T factors = T.Of(factor);
        for (int i = from; i < end; i += T.Count)
        {
            T value = T.Load(x + i);
            T rotated = T.MultiplyAdd(value, T.Load(cosines + i), T.SwapPairs(value) * T.Load(sines + i)) * factors;
            T.Store(scale is null ? rotated : rotated * T.Load(scale + i), x + i);
        }
    }

    private static void StoreKey(float* key, TElement* target, int headWidth)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(headWidth);
        Scatter<TLanes>(key, target, 0, vectorized);
        Scatter<ScalarLane>(key, target, vectorized, headWidth);
    }

    private static void StoreValue(float* value, TElement* target, int headWidth)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(headWidth);
        Copy<TLanes>(value, target, 0, vectorized);
        Copy<ScalarLane>(value, target, vectorized, headWidth);
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Scatter<T>(float* key, TElement* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        TElement* elements = stackalloc TElement[T.Count];
        for (int i = from; i < end; i += T.Count)
        {
            TElement.Store(T.Load(key + i), elements);
            for (int k = 0; k < T.Count; k++)
            {
                target[(long)(i + k) * CacheLayer.BlockPositions] = elements[k];
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Copy<T>(float* value, TElement* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        for (int i = from; i < end; i += T.Count)
        {
            TElement.Store(T.Load(value + i), target + i);
        }
    }
}
