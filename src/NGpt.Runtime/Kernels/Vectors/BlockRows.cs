using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Vectors;

/// <summary>Products of rows of blocks with a few tokens: every weight is read once, in the order of memory.</summary>
internal static unsafe class BlockRows<TDot, TFormat>
    where TDot : unmanaged, IByteDot
    where TFormat : unmanaged, IBlockFormat
{
    // Rows that are taken together when there is one token.
    private const int RowsOfOneToken = 4;

    /// <summary>Computes some rows' results for 1 to <see cref="Activations.MaxRows"/> tokens.</summary>
    public static void Multiply(in ProductItem item, in ProductInput input, int first, int end)
    {
        switch (input.Tokens)
        {
            case 1:
                OneToken(item, input, first, end);
                break;
            case 2:
                TwoTokens(item, input, first, end);
                break;
            default:
                FourTokens(item, input, first, end);
                break;
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void OneToken(in ProductItem item, in ProductInput input, int first, int end)
    {
        RoundedRows token = Token(input, 0);
        nint blocks = Blocks(item);
        long distance = Ahead.Distance(RowsOfOneToken * item.RowBytes);
        float* results = stackalloc float[RowsOfOneToken];
        for (int row = first; row < end; row += RowsOfOneToken)
        {
            // Past the last row the last one again; those results are dropped.
            byte* w0 = item.Weights + (row * item.RowBytes);
            byte* w1 = item.Weights + (Math.Min(row + 1, end - 1) * item.RowBytes);
            byte* w2 = item.Weights + (Math.Min(row + 2, end - 1) * item.RowBytes);
            byte* w3 = item.Weights + (Math.Min(row + 3, end - 1) * item.RowBytes);
            Vector256<float> s0 = default;
            Vector256<float> s1 = default;
            Vector256<float> s2 = default;
            Vector256<float> s3 = default;
            byte* ahead = w0 + distance;
            for (nint block = 0; block < blocks; block++)
            {
                Ahead.Prefetch(ahead, RowsOfOneToken * TFormat.Bytes);
                ahead += RowsOfOneToken * TFormat.Bytes;
                Vector256<sbyte> a = token.First<TFormat>(block);
                Vector256<sbyte> b = token.Second<TFormat>(block);
                Vector256<int> start = token.Start<TFormat>(block);
                Vector256<float> scale = token.Scale<TFormat>(block);
                s0 = Add(s0, TFormat.First(w0), TFormat.Second(w0), a, b, start, TFormat.Scales(w0) * scale);
                s1 = Add(s1, TFormat.First(w1), TFormat.Second(w1), a, b, start, TFormat.Scales(w1) * scale);
                s2 = Add(s2, TFormat.First(w2), TFormat.Second(w2), a, b, start, TFormat.Scales(w2) * scale);
                s3 = Add(s3, TFormat.First(w3), TFormat.Second(w3), a, b, start, TFormat.Scales(w3) * scale);
                w0 += TFormat.Bytes;
                w1 += TFormat.Bytes;
                w2 += TFormat.Bytes;
                w3 += TFormat.Bytes;
            }

            results[0] = Vector256.Sum(s0);
            results[1] = Vector256.Sum(s1);
            results[2] = Vector256.Sum(s2);
            results[3] = Vector256.Sum(s3);
            for (int i = 0; i < RowsOfOneToken && row + i < end; i++)
            {
                item.Y[row + i] = results[i] * Scale(item, row + i);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void TwoTokens(in ProductItem item, in ProductInput input, int first, int end)
    {
        RoundedRows t0 = Token(input, 0);
        RoundedRows t1 = Token(input, 1);
        nint blocks = Blocks(item);
        long distance = Ahead.Distance(2 * item.RowBytes);
        for (int row = first; row < end; row += 2)
        {
            int second = Math.Min(row + 1, end - 1);
            byte* w0 = item.Weights + (row * item.RowBytes);
            byte* w1 = item.Weights + (second * item.RowBytes);
            Vector256<float> s00 = default;
            Vector256<float> s01 = default;
            Vector256<float> s10 = default;
            Vector256<float> s11 = default;
            byte* ahead = w0 + distance;
            for (nint block = 0; block < blocks; block++)
            {
                Ahead.Prefetch(ahead, 2 * TFormat.Bytes);
                ahead += 2 * TFormat.Bytes;
                Vector256<byte> w = TFormat.First(w0);
                Vector256<byte> v = TFormat.Second(w0);
                Vector256<float> d = TFormat.Scales(w0);
                s00 = Add(s00, w, v, t0, block, d);
                s01 = Add(s01, w, v, t1, block, d);
                w = TFormat.First(w1);
                v = TFormat.Second(w1);
                d = TFormat.Scales(w1);
                s10 = Add(s10, w, v, t0, block, d);
                s11 = Add(s11, w, v, t1, block, d);
                w0 += TFormat.Bytes;
                w1 += TFormat.Bytes;
            }

            item.Y[row] = Vector256.Sum(s00) * Scale(item, row);
            item.Y[item.YStride + row] = Vector256.Sum(s01) * Scale(item, row);
            item.Y[second] = Vector256.Sum(s10) * Scale(item, second);
            item.Y[item.YStride + second] = Vector256.Sum(s11) * Scale(item, second);
        }
    }

    // Three tokens are four whose last comes twice.
    [MethodImpl(KernelCode.Loop)]
    private static void FourTokens(in ProductItem item, in ProductInput input, int first, int end)
    {
        int last = input.Tokens - 1;
        RoundedRows t0 = Token(input, 0);
        RoundedRows t1 = Token(input, 1);
        RoundedRows t2 = Token(input, 2);
        RoundedRows t3 = Token(input, last);
        nint blocks = Blocks(item);
        float* y3 = item.Y + (last * item.YStride);
        for (int row = first; row < end; row++)
        {
            byte* weights = item.Weights + (row * item.RowBytes);
            Vector256<float> s0 = default;
            Vector256<float> s1 = default;
            Vector256<float> s2 = default;
            Vector256<float> s3 = default;
            for (nint block = 0; block < blocks; block++)
            {
                Ahead.Prefetch(weights + Ahead.MinDistance, TFormat.Bytes);
                Vector256<byte> w = TFormat.First(weights);
                Vector256<byte> v = TFormat.Second(weights);
                Vector256<float> d = TFormat.Scales(weights);
                s0 = AddOneOfMany(s0, w, v, t0, block, d);
                s1 = AddOneOfMany(s1, w, v, t1, block, d);
                s2 = AddOneOfMany(s2, w, v, t2, block, d);
                s3 = AddOneOfMany(s3, w, v, t3, block, d);
                weights += TFormat.Bytes;
            }

            float unit = Scale(item, row);
            item.Y[row] = Vector256.Sum(s0) * unit;
            item.Y[item.YStride + row] = Vector256.Sum(s1) * unit;
            item.Y[(2 * item.YStride) + row] = Vector256.Sum(s2) * unit;
            y3[row] = Vector256.Sum(s3) * unit;
        }
    }

    private static float Scale(in ProductItem item, int row) => item.Scale<TFormat>(row) * (TFormat.ScaleShift / RoundedRows.ScaleShift);

    private static nint Blocks(in ProductItem item) => item.Columns / (Activations.BlockLength * TFormat.Parts);

    private static RoundedRows Token(in ProductInput input, int token) =>
        (TFormat.Parts == 2 ? input.Halves : input.Columns).Row<TFormat>(token, input.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(
        Vector256<float> sum, Vector256<byte> first, Vector256<byte> second, RoundedRows token, nint block, Vector256<float> scales) => Add(
            sum,
            first,
            second,
            token.First<TFormat>(block),
            token.Second<TFormat>(block),
            token.Start<TFormat>(block),
            scales * token.Scale<TFormat>(block));

    // Starts are as long as the activations of 32 columns themselves: with several tokens it is better to move the signs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddOneOfMany(
        Vector256<float> sum, Vector256<byte> first, Vector256<byte> second, RoundedRows token, nint block, Vector256<float> scales) =>
        TFormat.Parts == 2 || TFormat.Offset == 0
            ? Add(sum, first, second, token, block, scales)
            : Vector256.FusedMultiplyAdd(
                Vector256.ConvertToSingle(TDot.Dot(first.AsSByte() - Vector256.Create((sbyte)TFormat.Offset), token.First<TFormat>(block))),
                scales * token.Scale<TFormat>(block),
                sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(
        Vector256<float> sum,
        Vector256<byte> first,
        Vector256<byte> second,
        Vector256<sbyte> a,
        Vector256<sbyte> b,
        Vector256<int> start,
        Vector256<float> scales)
    {
        Vector256<int> products = TFormat.Offset == 0 ? TDot.Dot(first.AsSByte(), a)
            : TFormat.Parts == 1 ? TDot.AddDot(start, first, a)
            : TDot.AddDots(start, first, a, second, b);
        return Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(products), scales, sum);
    }
}
