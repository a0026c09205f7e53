using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Kernels.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>
/// Softmax attention of some new tokens over all keys of their sequences that they see, head by head. Keys are taken in
/// chunks; the softmax is carried on from chunk to chunk with the largest score and the sum so far, so that memory does not
/// grow with the length of the sequence.
/// </summary>
internal readonly unsafe struct CausalAttentionRows<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    // A chunk's keys and values of one head fit the second-level cache, its scores the first.
    private const int Chunk = 4 * CacheLayer.BlockPositions;

    /// <summary>What every thread computes on.</summary>
    public static int ScratchLength(int paddedWidth) => (AttentionBlock.MaxRows * (Chunk + paddedWidth + 2)) + (CacheLayer.BlockPositions * paddedWidth);

    // Values that are taken in one product: all of a chunk where they are read as they are stored.
    private static int ValuesTogether => IsFloat32 ? Chunk : CacheLayer.BlockPositions;

    private static bool IsFloat32 => typeof(TElement) == typeof(Float32);

    /// <summary>Prepared queries, attention's scale included [N, H·D].</summary>
    public required float* Queries { get; init; }

    /// <summary>The heads' results next to each other [N, H·D].</summary>
    public required float* Output { get; init; }

    /// <summary>The blocks.</summary>
    public required AttentionBlock* Blocks { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int BlockCount { get; init; }

    /// <summary>The first position that each row sees [N], at most its own.</summary>
    public required int* FirstVisible { get; init; }

    /// <summary>The layer's part of the cache, with the new tokens in it.</summary>
    public required CacheLayer Cache { get; init; }

    /// <summary><see cref="ScratchLength"/> floats for each thread.</summary>
    public required float* Scratch { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        float* scratch = Scratch + ((long)thread * ScratchLength(Cache.PaddedWidth));
        // Later blocks see more: dealing heads and blocks out in turn gives every thread about as much.
        for (long item = thread; item < (long)BlockCount * Cache.QueryHeadCount; item += threads)
        {
            Attend(Blocks[item / Cache.QueryHeadCount], (int)(item % Cache.QueryHeadCount), scratch);
        }
    }

    private void Attend(AttentionBlock block, int head, float* scores)
    {
        int width = Cache.HeadWidth;
        int padded = Cache.PaddedWidth;
        int shared = head / Cache.QueriesPerHead;
        long stride = (long)Cache.QueryHeadCount * width;
        float* sums = scores + (AttentionBlock.MaxRows * Chunk);                         // [rows, padded]
        float* largest = sums + (AttentionBlock.MaxRows * padded);                       // [rows]
        float* totals = largest + AttentionBlock.MaxRows;                                // [rows]
        float* converted = totals + AttentionBlock.MaxRows;                                   // [32, padded]
        new Span<float>(sums, block.Count * padded).Clear();
        new Span<float>(totals, block.Count).Clear();
        new Span<float>(largest, block.Count).Fill(float.NegativeInfinity);
        float* queries = Queries + (block.Row * stride) + (head * width);
        int first = FirstVisible[block.Row];
        for (int i = 1; i < block.Count; i++)
        {
            first = Math.Min(first, FirstVisible[block.Row + i]);
        }

        int last = block.Position + block.Count;
        for (int start = first - (first % CacheLayer.BlockPositions); start < last; start += Chunk)
        {
            int keys = Math.Min(Chunk, last - start);
            for (int key = 0; key < keys; key += CacheLayer.BlockPositions)
            {
                SmallProducts<TLanes>.Multiply(
                    queries, (nint)stride, block.Count, AsFloat32(Cache.Key<TElement>(block.Slot, shared, start + key), width * CacheLayer.BlockPositions, converted),
                    CacheLayer.BlockPositions, width, scores + key, Chunk, CacheLayer.BlockPositions, add: false);
            }

            for (int i = 0; i < block.Count; i++)
            {
                int from = Math.Max(0, FirstVisible[block.Row + i] - start);
                int end = Math.Min(keys, block.Position + i + 1 - start);
                Weigh(scores + (i * Chunk), from, end, keys, sums + (i * padded), largest + i, totals + i);
            }

            for (int key = 0; key < keys; key += ValuesTogether)
            {
                int count = Math.Min(ValuesTogether, keys - key);
                SmallProducts<TLanes>.Multiply(
                    scores + key, Chunk, block.Count, AsFloat32(Cache.Value<TElement>(block.Slot, shared, start + key), count * padded, converted), padded,
                    count, sums, padded, padded, add: true);
            }
        }

        for (int i = 0; i < block.Count; i++)
        {
            // The cache pads values to whole vectors; the next head's result begins right behind the last element.
            float* row = sums + (i * padded);
            Scale(row, 1 / totals[i], padded);
            Unsafe.CopyBlockUnaligned(Output + ((block.Row + i) * stride) + (head * width), row, (uint)(width * sizeof(float)));
        }
    }

    // What is not kept as float32 is converted into scratch memory, which the first-level cache holds: cheap beside reading it from memory.
    [MethodImpl(KernelCode.Loop)]
    private static float* AsFloat32(TElement* source, int count, float* converted)
    {
        if (IsFloat32)
        {
            return (float*)source;
        }

        // Counts are multiples of a block's positions.
        for (int i = 0; i < count; i += CacheLayer.BlockPositions)
        {
            Ahead.Prefetch((byte*)(source + i) + Ahead.MinDistance, CacheLayer.BlockPositions * sizeof(TElement));
            for (int k = i; k < i + CacheLayer.BlockPositions; k += TLanes.Count)
            {
                TLanes.Store(TElement.Load<TLanes>(source + k), converted + k);
            }
        }

        return converted;
    }

    // Scores from..end become exponentials, the others 0; what was added up so far is brought to the same largest score.
    private void Weigh(float* scores, int from, int end, int keys, float* sums, float* largest, float* total)
    {
        if (from >= end)
        {
            new Span<float>(scores, keys).Clear();
            return;
        }

        int vectorized = from + Rows.VectorizedLength<TLanes>(end - from);
        float max = MathF.Max(Largest<TLanes>(scores, from, vectorized), Largest<ScalarLane>(scores, vectorized, end));
        if (max > *largest)
        {
            float factor = MathF.Exp(*largest - max);
            Scale(sums, factor, Cache.PaddedWidth);
            *total *= factor;
            *largest = max;
        }

        *total += Exponentials<TLanes>(scores, *largest, from, vectorized) + Exponentials<ScalarLane>(scores, *largest, vectorized, end);
        new Span<float>(scores, from).Clear();
        new Span<float>(scores + end, keys - end).Clear();
    }

    [MethodImpl(KernelCode.Loop)]
    private static float Largest<T>(float* scores, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T max = T.Of(float.NegativeInfinity);
        for (int i = from; i < end; i += T.Count)
        {
            max = T.Max(max, T.Load(scores + i));
        }

        return T.Largest(max);
    }

    [MethodImpl(KernelCode.Loop)]
    private static float Exponentials<T>(float* scores, float max, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        T largest = T.Of(max);
        T sum = T.Zero;
        for (int i = from; i < end; i += T.Count)
        {
            T exponential = Exponential.Of(T.Load(scores + i) - largest);
            sum += exponential;
            T.Store(exponential, scores + i);
        }

        return T.Sum(sum);
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Scale(float* x, float factor, int width)
    {
        TLanes factors = TLanes.Of(factor);
        for (int i = 0; i < width; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Load(x + i) * factors, x + i);
        }
    }
}

/// <summary>
/// c = a·b for the matrices of attention, which are stored in the cache as they are read: b row by row, its columns next to each
/// other. Four rows of a share what is loaded of b; a single row is read with two accumulators, so that an addition need not wait
/// for the one before.
/// </summary>
internal static unsafe class SmallProducts<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Columns come in multiples of this.</summary>
    public static int ColumnUnit => 2 * TLanes.Count;

    /// <summary>
    /// Computes c = a·b, or c += a·b. <paramref name="a"/>: [rows, depth]. <paramref name="b"/>: [depth, columns].
    /// <paramref name="c"/>: [rows, columns]. <paramref name="columns"/>: columns of b and c, a multiple of <see cref="ColumnUnit"/>.
    /// </summary>
    public static void Multiply(float* a, nint aStride, int rows, float* b, nint bStride, int depth, float* c, nint cStride, int columns, bool add)
    {
        for (int column = 0; column < columns; column += ColumnUnit)
        {
            int row = 0;
            for (; row + 4 <= rows; row += 4)
            {
                FourRows(a + (row * aStride), aStride, b + column, bStride, depth, c + (row * cStride) + column, cStride, add);
            }

            for (; row < rows; row++)
            {
                OneRow(a + (row * aStride), b + column, bStride, depth, c + (row * cStride) + column, add);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void FourRows(float* a, nint aStride, float* b, nint bStride, int depth, float* c, nint cStride, bool add)
    {
        TLanes c00 = TLanes.Zero, c01 = TLanes.Zero, c10 = TLanes.Zero, c11 = TLanes.Zero;
        TLanes c20 = TLanes.Zero, c21 = TLanes.Zero, c30 = TLanes.Zero, c31 = TLanes.Zero;
        float* a1 = a + aStride;
        float* a2 = a1 + aStride;
        float* a3 = a2 + aStride;
        for (int k = 0; k < depth; k++)
        {
            TLanes b0 = TLanes.Load(b);
            TLanes b1 = TLanes.Load(b + TLanes.Count);
            b += bStride;
            TLanes value = TLanes.Of(a[k]);
            c00 = TLanes.MultiplyAdd(value, b0, c00);
            c01 = TLanes.MultiplyAdd(value, b1, c01);
            value = TLanes.Of(a1[k]);
            c10 = TLanes.MultiplyAdd(value, b0, c10);
            c11 = TLanes.MultiplyAdd(value, b1, c11);
            value = TLanes.Of(a2[k]);
            c20 = TLanes.MultiplyAdd(value, b0, c20);
            c21 = TLanes.MultiplyAdd(value, b1, c21);
            value = TLanes.Of(a3[k]);
            c30 = TLanes.MultiplyAdd(value, b0, c30);
            c31 = TLanes.MultiplyAdd(value, b1, c31);
        }

        Put(c00, c01, c, add);
        Put(c10, c11, c + cStride, add);
        Put(c20, c21, c + (2 * cStride), add);
        Put(c30, c31, c + (3 * cStride), add);
    }

    [MethodImpl(KernelCode.Loop)]
    private static void OneRow(float* a, float* b, nint bStride, int depth, float* c, bool add)
    {
        TLanes c0 = TLanes.Zero, c1 = TLanes.Zero, d0 = TLanes.Zero, d1 = TLanes.Zero;
        int k = 0;
        for (; k + 2 <= depth; k += 2)
        {
            TLanes value = TLanes.Of(a[k]);
            c0 = TLanes.MultiplyAdd(value, TLanes.Load(b), c0);
            c1 = TLanes.MultiplyAdd(value, TLanes.Load(b + TLanes.Count), c1);
            b += bStride;
            value = TLanes.Of(a[k + 1]);
            d0 = TLanes.MultiplyAdd(value, TLanes.Load(b), d0);
            d1 = TLanes.MultiplyAdd(value, TLanes.Load(b + TLanes.Count), d1);
            b += bStride;
        }

        if (k < depth)
        {
            TLanes value = TLanes.Of(a[k]);
            c0 = TLanes.MultiplyAdd(value, TLanes.Load(b), c0);
            c1 = TLanes.MultiplyAdd(value, TLanes.Load(b + TLanes.Count), c1);
        }

        Put(c0 + d0, c1 + d1, c, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TLanes first, TLanes second, float* c, bool add)
    {
        if (add)
        {
            first += TLanes.Load(c);
            second += TLanes.Load(c + TLanes.Count);
        }

        TLanes.Store(first, c);
        TLanes.Store(second, c + TLanes.Count);
    }
}
