using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels.Vectors;

/// <summary>Products of rows of float32, float16 or bfloat16 weights with a few tokens: every weight comes from memory once.</summary>
internal static unsafe class UnquantizedRows<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Maximum number of tokens that this is fast for; for more, packed panels are faster.</summary>
    public const int MaxTokens = 8;

    private const int RowsTogether = 4;
    private const int TokensTogether = 4;
    private const int Accumulators = 4;

    /// <summary>Computes some rows' results.</summary>
    public static void Multiply(in ProductItem item, in ProductInput input, int first, int end)
    {
        for (int row = first; row < end; row += RowsTogether)
        {
            int last = Math.Min(row + RowsTogether, end) - 1;
            for (int token = 0; token < input.Tokens; token += TokensTogether)
            {
                if (input.Tokens - token == 1)
                {
                    OneToken(item, input, token, row, last);
                }
                else
                {
                    // The second time these weights come from the cache.
                    FourTokens(item, input, token, row, Math.Min(row + 1, last));
                    FourTokens(item, input, token, Math.Min(row + 2, last), last);
                }
            }
        }
    }

    // Row after row: one long stream, which memory gives faster than several side by side. With four accumulators, so that an
    // addition need not wait for the one before.
    [MethodImpl(KernelCode.Loop)]
    private static void OneToken(in ProductItem item, in ProductInput input, int token, int row, int last)
    {
        float* x = input.X + ((long)token * input.Width);
        int vectorized = Rows.VectorizedLength<TLanes>(item.Columns);
        int together = Accumulators * TLanes.Count;
        float* sums = stackalloc float[RowsTogether];
        for (int i = 0; row + i <= last; i++)
        {
            TElement* w = Row(item, row + i);
            TLanes s0 = TLanes.Zero;
            TLanes s1 = TLanes.Zero;
            TLanes s2 = TLanes.Zero;
            TLanes s3 = TLanes.Zero;
            int k = 0;
            for (; k <= vectorized - together; k += together)
            {
                Ahead.Prefetch((byte*)(w + k) + Ahead.MinDistance, together * sizeof(TElement));
                s0 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w + k), TLanes.Load(x + k), s0);
                s1 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w + k + TLanes.Count), TLanes.Load(x + k + TLanes.Count), s1);
                s2 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w + k + (2 * TLanes.Count)), TLanes.Load(x + k + (2 * TLanes.Count)), s2);
                s3 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w + k + (3 * TLanes.Count)), TLanes.Load(x + k + (3 * TLanes.Count)), s3);
            }

            for (; k < vectorized; k += TLanes.Count)
            {
                s0 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w + k), TLanes.Load(x + k), s0);
            }

            sums[i] = TLanes.Sum(s0 + s1 + (s2 + s3));
        }

        for (int i = 0; row + i <= last; i++)
        {
            Put(item, input, token, row + i, sums[i]);
        }
    }

    // Tokens past the last one are the last one again.
    [MethodImpl(KernelCode.Loop)]
    private static void FourTokens(in ProductItem item, in ProductInput input, int token, int row, int second)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(item.Columns);
        int t1 = Math.Min(token + 1, input.Tokens - 1);
        int t2 = Math.Min(token + 2, input.Tokens - 1);
        int t3 = Math.Min(token + 3, input.Tokens - 1);
        TElement* w0 = Row(item, row);
        TElement* w1 = Row(item, second);
        float* x0 = input.X + ((long)token * input.Width);
        float* x1 = input.X + ((long)t1 * input.Width);
        float* x2 = input.X + ((long)t2 * input.Width);
        float* x3 = input.X + ((long)t3 * input.Width);
        TLanes s00 = TLanes.Zero;
        TLanes s01 = TLanes.Zero;
        TLanes s02 = TLanes.Zero;
        TLanes s03 = TLanes.Zero;
        TLanes s10 = TLanes.Zero;
        TLanes s11 = TLanes.Zero;
        TLanes s12 = TLanes.Zero;
        TLanes s13 = TLanes.Zero;
        byte* ahead = (byte*)w0 + Ahead.Distance(RowsTogether * item.RowBytes);
        for (int i = 0; i < vectorized; i += TLanes.Count)
        {
            Ahead.Prefetch(ahead, 2 * TLanes.Count * sizeof(TElement));
            ahead += 2 * TLanes.Count * sizeof(TElement);
            TLanes w = TElement.Load<TLanes>(w0 + i);
            TLanes v = TElement.Load<TLanes>(w1 + i);
            TLanes a = TLanes.Load(x0 + i);
            s00 = TLanes.MultiplyAdd(w, a, s00);
            s10 = TLanes.MultiplyAdd(v, a, s10);
            a = TLanes.Load(x1 + i);
            s01 = TLanes.MultiplyAdd(w, a, s01);
            s11 = TLanes.MultiplyAdd(v, a, s11);
            a = TLanes.Load(x2 + i);
            s02 = TLanes.MultiplyAdd(w, a, s02);
            s12 = TLanes.MultiplyAdd(v, a, s12);
            a = TLanes.Load(x3 + i);
            s03 = TLanes.MultiplyAdd(w, a, s03);
            s13 = TLanes.MultiplyAdd(v, a, s13);
        }

        // All sums before the first call: what lives across a call would be kept in memory, in the loop too.
        float* sums = stackalloc float[2 * TokensTogether]
        {
            TLanes.Sum(s00), TLanes.Sum(s01), TLanes.Sum(s02), TLanes.Sum(s03),
            TLanes.Sum(s10), TLanes.Sum(s11), TLanes.Sum(s12), TLanes.Sum(s13),
        };
        for (int i = 0; i < TokensTogether && token + i < input.Tokens; i++)
        {
            Put(item, input, token + i, row, sums[i]);
            Put(item, input, token + i, second, sums[TokensTogether + i]);
        }
    }

    private static TElement* Row(in ProductItem item, int row) => (TElement*)(item.Weights + (row * item.RowBytes));

    // Columns after the last whole vector are still to be added.
    private static void Put(in ProductItem item, in ProductInput input, int token, int row, float sum)
    {
        TElement* w = Row(item, row);
        float* x = input.X + ((long)token * input.Width);
        for (int i = Rows.VectorizedLength<TLanes>(item.Columns); i < item.Columns; i++)
        {
            sum += TElement.Value(w[i]) * x[i];
        }

        item.Y[(token * item.YStride) + row] = sum * item.RowScale(row);
    }
}
