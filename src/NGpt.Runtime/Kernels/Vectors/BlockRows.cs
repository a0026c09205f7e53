using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Vectors;

/// <summary>Products of rows of blocks with a few tokens: every weight is read once, in the order in which it lies in memory.</summary>
internal static unsafe class BlockRows<TDot, TFormat>
    where TDot : unmanaged, IByteDot
    where TFormat : unmanaged, IBlockFormat
{
    // Rows that are taken together when there is one token.
    private const int RowsOfOneToken = 4;

    /// <summary>Computes some rows' results for 1 to <see cref="Activations.MostRows"/> tokens.</summary>
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
        int blocks = item.Columns / (Activations.BlockLength * TFormat.Parts);
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
            sbyte* a = input.RowBytes;
            float* scale = input.RowScales;
            byte* ahead = w0 + distance;
            for (int block = 0; block < blocks; block++)
            {
                Ahead.Prefetch(ahead, RowsOfOneToken * TFormat.Bytes);
                ahead += RowsOfOneToken * TFormat.Bytes;
                for (int part = 0; part < TFormat.Parts; part++)
                {
                    Vector256<sbyte> activations = Vector256.Load(a);
                    Vector256<float> scales = Vector256.Create(*scale);
                    s0 = Add(s0, w0, part, activations, scales);
                    s1 = Add(s1, w1, part, activations, scales);
                    s2 = Add(s2, w2, part, activations, scales);
                    s3 = Add(s3, w3, part, activations, scales);
                    a += Activations.BlockLength;
                    scale++;
                }

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
                item.Y[row + i] = results[i] * item.Scale<TFormat>(row + i);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void TwoTokens(in ProductItem item, in ProductInput input, int first, int end)
    {
        int blocks = item.Columns / (Activations.BlockLength * TFormat.Parts);
        int parts = blocks * TFormat.Parts;
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
            sbyte* a = input.RowBytes;
            float* scale = input.RowScales;
            byte* ahead = w0 + distance;
            for (int block = 0; block < blocks; block++)
            {
                Ahead.Prefetch(ahead, 2 * TFormat.Bytes);
                ahead += 2 * TFormat.Bytes;
                for (int part = 0; part < TFormat.Parts; part++)
                {
                    Vector256<sbyte> a0 = Vector256.Load(a);
                    Vector256<sbyte> a1 = Vector256.Load(a + input.Width);
                    Vector256<float> d0 = Vector256.Create(*scale);
                    Vector256<float> d1 = Vector256.Create(scale[parts]);
                    Vector256<sbyte> w = TFormat.Load(w0, part);
                    Vector256<float> d = TFormat.Scales(w0, part);
                    s00 = Add(s00, w, a0, d * d0);
                    s01 = Add(s01, w, a1, d * d1);
                    w = TFormat.Load(w1, part);
                    d = TFormat.Scales(w1, part);
                    s10 = Add(s10, w, a0, d * d0);
                    s11 = Add(s11, w, a1, d * d1);
                    a += Activations.BlockLength;
                    scale++;
                }

                w0 += TFormat.Bytes;
                w1 += TFormat.Bytes;
            }

            item.Y[row] = Vector256.Sum(s00) * item.Scale<TFormat>(row);
            item.Y[item.YStride + row] = Vector256.Sum(s01) * item.Scale<TFormat>(row);
            item.Y[second] = Vector256.Sum(s10) * item.Scale<TFormat>(second);
            item.Y[item.YStride + second] = Vector256.Sum(s11) * item.Scale<TFormat>(second);
        }
    }

    // Three tokens are four whose last comes twice.
    [MethodImpl(KernelCode.Loop)]
    private static void FourTokens(in ProductItem item, in ProductInput input, int first, int end)
    {
        int blocks = item.Columns / (Activations.BlockLength * TFormat.Parts);
        int parts = blocks * TFormat.Parts;
        int last = input.Tokens - 1;
        float* y3 = item.Y + (last * item.YStride);
        for (int row = first; row < end; row++)
        {
            byte* weights = item.Weights + (row * item.RowBytes);
            Vector256<float> s0 = default;
            Vector256<float> s1 = default;
            Vector256<float> s2 = default;
            Vector256<float> s3 = default;
            sbyte* a = input.RowBytes;
            sbyte* a3 = input.RowBytes + ((long)last * input.Width);
            float* scale = input.RowScales;
            float* scale3 = input.RowScales + (last * parts);
            for (int block = 0; block < blocks; block++)
            {
                Ahead.Prefetch(weights + Ahead.Least, TFormat.Bytes);
                for (int part = 0; part < TFormat.Parts; part++)
                {
                    Vector256<sbyte> w = TFormat.Load(weights, part);
                    Vector256<float> d = TFormat.Scales(weights, part);
                    s0 = Add(s0, w, Vector256.Load(a), d * Vector256.Create(*scale));
                    s1 = Add(s1, w, Vector256.Load(a + input.Width), d * Vector256.Create(scale[parts]));
                    s2 = Add(s2, w, Vector256.Load(a + (2L * input.Width)), d * Vector256.Create(scale[2 * parts]));
                    s3 = Add(s3, w, Vector256.Load(a3), d * Vector256.Create(*scale3));
                    a += Activations.BlockLength;
                    a3 += Activations.BlockLength;
                    scale++;
                    scale3++;
                }

                weights += TFormat.Bytes;
            }

            float unit = item.Scale<TFormat>(row);
            item.Y[row] = Vector256.Sum(s0) * unit;
            item.Y[item.YStride + row] = Vector256.Sum(s1) * unit;
            item.Y[(2 * item.YStride) + row] = Vector256.Sum(s2) * unit;
            y3[row] = Vector256.Sum(s3) * unit;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, byte* block, int part, Vector256<sbyte> activations, Vector256<float> scales) =>
        Add(sum, TFormat.Load(block, part), activations, TFormat.Scales(block, part) * scales);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, Vector256<sbyte> weights, Vector256<sbyte> activations, Vector256<float> scales) =>
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(TDot.Dot(weights, activations)), scales, sum);
}
