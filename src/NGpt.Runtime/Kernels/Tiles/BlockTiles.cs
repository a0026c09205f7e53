using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>
/// Products of rows of blocks with many tokens: a slab of rows is unpacked into the second-level cache, then tokens pass by,
/// two groups at a time, which stay in the first one.
/// </summary>
internal static unsafe class BlockTiles<TToken, TFormat, TStep, TSum>
    where TToken : unmanaged, ITokenLanes<TToken>
    where TFormat : unmanaged, IBlockFormat
    where TStep : unmanaged, ITileStep<TToken, TSum>
    where TSum : unmanaged
{
    // Groups of columns whose tokens fill about half of the first-level cache.
    private const int MaxColumns = 1024;

    private static int Planes => TStep.IsSplit ? 2 : 1;

    /// <summary>Computes some rows' results for all tokens. <paramref name="end"/>: the one after the last row.</summary>
    public static void Multiply(in ProductItem item, in ProductInput input, int first, int end, TileScratch scratch)
    {
        for (int row = first; row < end; row += TileScratch.Rows)
        {
            int rows = Math.Min(TileScratch.Rows, end - row);
            for (int i = 0; i < rows; i++)
            {
                Unpack(item, row + i, scratch.Weights(i), scratch.Scales(i));
            }

            int groups = (input.Tokens + TToken.Count - 1) / TToken.Count;
            for (int group = 0; group < groups; group += 2)
            {
                MultiplyTokens(item, input, row, rows, group, Math.Min(2, groups - group), scratch);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Unpack(in ProductItem item, int row, sbyte* weights, float* scales)
    {
        byte* block = item.Weights + (row * item.RowBytes);
        int blocks = item.Columns / (Activations.BlockLength * TFormat.Parts);
        for (; blocks > 0; blocks--)
        {
            for (int part = 0; part < TFormat.Parts; part++)
            {
                TStep.Put(TFormat.Part(block, part), weights);
                weights += Activations.BlockLength * Planes;
                for (int group = 0; group < Activations.BlockLength / TFormat.GroupLength; group++)
                {
                    *scales++ = TFormat.GroupScale(block, part, group);
                }
            }

            block += TFormat.Bytes;
        }
    }

    private static void MultiplyTokens(in ProductItem item, in ProductInput input, int row, int rows, int group, int groups, TileScratch scratch)
    {
        new Span<float>(scratch.Totals, (rows + 1) / 2 * 4 * TToken.Count).Clear();
        for (int column = 0; column < item.Columns; column += MaxColumns)
        {
            int length = Math.Min(MaxColumns, item.Columns - column) / TFormat.GroupLength;
            TokenGroup tokens = TokenGroup.Of(input, group * TToken.Count, column);
            TokenGroup others = TokenGroup.Of(input, (group + groups - 1) * TToken.Count, column);
            for (int i = 0; i < rows; i += 2)
            {
                RowPair pair = Rows(scratch, i, Math.Min(i + 1, rows - 1), column);
                float* totals = scratch.Totals + (2 * i * TToken.Count);
                if (groups == 2)
                {
                    TokenTile<TToken, TStep, TSum>.Two(length, pair, tokens, others, totals);
                }
                else
                {
                    TokenTile<TToken, TStep, TSum>.One(length, pair, tokens, totals);
                }
            }
        }

        int token = group * TToken.Count;
        PutResults(item, row, rows, token, Math.Min(2 * TToken.Count, input.Tokens - token), scratch);
    }

    private static RowPair Rows(TileScratch scratch, int first, int second, int column) => new()
    {
        First = (int*)(scratch.Weights(first) + (column * Planes)),
        Second = (int*)(scratch.Weights(second) + (column * Planes)),
        FirstScales = scratch.Scales(first) + (column / TFormat.GroupLength),
        SecondScales = scratch.Scales(second) + (column / TFormat.GroupLength),
    };

    // From a vector of tokens for each row to rows side by side for each token.
    [MethodImpl(KernelCode.Loop)]
    private static void PutResults(in ProductItem item, int row, int rows, int token, int tokens, TileScratch scratch)
    {
        float* scales = stackalloc float[TileScratch.Rows];
        for (int i = 0; i < rows; i++)
        {
            scales[i] = item.Scale<TFormat>(row + i);
        }

        int width = 2 * TToken.Count;
        for (int t = 0; t < tokens; t += 4)
        {
            float* y = item.Y + ((token + t) * item.YStride) + row;
            int i = 0;
            for (; i + 4 <= rows && t + 4 <= tokens; i += 4)
            {
                PutSquare(scratch.Totals + (i * width) + t, width, scales + i, y + i, item.YStride);
            }

            for (; i < rows; i++)
            {
                for (int k = 0; k < Math.Min(4, tokens - t); k++)
                {
                    y[(k * item.YStride) + i] = scratch.Totals[(i * width) + t + k] * scales[i];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutSquare(float* totals, int width, float* scales, float* y, long stride)
    {
        Vector128<float> scale = Vector128.Load(scales);
        Vector128<float> r0 = Vector128.Load(totals);
        Vector128<float> r1 = Vector128.Load(totals + width);
        Vector128<float> r2 = Vector128.Load(totals + (2 * width));
        Vector128<float> r3 = Vector128.Load(totals + (3 * width));
        Vector128<float> low02 = Interleave.Lower(r0, r2);
        Vector128<float> low13 = Interleave.Lower(r1, r3);
        Vector128<float> high02 = Interleave.Upper(r0, r2);
        Vector128<float> high13 = Interleave.Upper(r1, r3);
        (Interleave.Lower(low02, low13) * scale).Store(y);
        (Interleave.Upper(low02, low13) * scale).Store(y + stride);
        (Interleave.Lower(high02, high13) * scale).Store(y + (2 * stride));
        (Interleave.Upper(high02, high13) * scale).Store(y + (3 * stride));
    }
}

/// <summary>
/// A thread's scratch memory for products with many tokens: unpacked rows, their scales, and results before they are put where they
/// belong. <paramref name="width"/>: columns of the widest matrix, a multiple of 32.
/// </summary>
internal readonly unsafe struct TileScratch(byte* memory, int width)
{
    /// <summary>Rows that are unpacked together; even.</summary>
    public const int Rows = 32;

    private const int MaxPlanes = 2;
    private const int MinGroup = 16;
    private const int MaxTokens = 32;

    /// <summary>Results, [rows / 2, 2, 2 groups of tokens].</summary>
    public float* Totals => (float*)memory;

    /// <summary>Bytes of a thread's scratch memory.</summary>
    public static long Bytes(int width) =>
        (Rows * MaxTokens * sizeof(float)) + (Rows * (long)width * MaxPlanes) + (Rows * ((long)width / MinGroup) * sizeof(float));

    /// <summary>An unpacked row's weights.</summary>
    public sbyte* Weights(int row) => (sbyte*)(Totals + (Rows * MaxTokens)) + ((long)row * width * MaxPlanes);

    /// <summary>An unpacked row's scales.</summary>
    public float* Scales(int row) => (float*)Weights(Rows) + ((long)row * (width / MinGroup));
}
