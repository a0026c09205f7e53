using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>The innermost loop of products with many tokens: two rows of weights meet one or two groups of tokens.</summary>
internal static unsafe class TokenTile<TToken, TStep, TSum>
    where TToken : unmanaged, ITokenLanes<TToken>
    where TStep : unmanaged, ITileStep<TToken, TSum>
    where TSum : unmanaged
{
    private const int Quad = sizeof(int);

    // Groups of weights that share a scale of activations.
    private static int GroupsOfBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Activations.BlockLength / TStep.GroupLength;
    }

    private static int SumsOfGroup
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TStep.GroupLength / Activations.SumLength;
    }

    /// <summary>
    /// Adds to the results of two rows and two groups of tokens. <paramref name="totals"/>: [2 rows, 2 groups of tokens].
    /// </summary>
    [MethodImpl(KernelCode.Loop)]
    public static void Two(int groups, RowPair rows, TokenGroup first, TokenGroup second, float* totals)
    {
        TToken t00 = TToken.Load(totals);
        TToken t01 = TToken.Load(totals + TToken.Count);
        TToken t10 = TToken.Load(totals + (2 * TToken.Count));
        TToken t11 = TToken.Load(totals + (3 * TToken.Count));
        int planes = TStep.IsSplit ? 2 : 1;
        int* w0 = rows.First;
        int* w1 = rows.Second;
        sbyte* a0 = first.Bytes;
        sbyte* a1 = second.Bytes;
        float* rowScale0 = rows.FirstScales;
        float* rowScale1 = rows.SecondScales;
        float* scales0 = first.Scales;
        float* scales1 = second.Scales;
        int* sums0 = first.Sums;
        int* sums1 = second.Sums;
        long stride = first.Stride;
        for (int group = 0; group < groups; group++)
        {
            TSum c00 = default;
            TSum c01 = default;
            TSum c10 = default;
            TSum c11 = default;
            for (int i = 0; i < TStep.GroupLength; i += 2 * Quad)
            {
                TToken a = TToken.Load(a0);
                TToken b = TToken.Load(a1);
                TToken w = TToken.Broadcast(w0);
                TToken u = Upper(w0, w);
                c00 = TStep.Add(c00, w, u, a);
                c01 = TStep.Add(c01, w, u, b);
                w = TToken.Broadcast(w1);
                u = Upper(w1, w);
                c10 = TStep.Add(c10, w, u, a);
                c11 = TStep.Add(c11, w, u, b);

                a = TToken.Load(a0 + (Quad * stride));
                b = TToken.Load(a1 + (Quad * stride));
                w = TToken.Broadcast(w0 + planes);
                u = Upper(w0 + planes, w);
                c00 = TStep.Add(c00, w, u, a);
                c01 = TStep.Add(c01, w, u, b);
                w = TToken.Broadcast(w1 + planes);
                u = Upper(w1 + planes, w);
                c10 = TStep.Add(c10, w, u, a);
                c11 = TStep.Add(c11, w, u, b);

                a0 += 2 * Quad * stride;
                a1 += 2 * Quad * stride;
                w0 += 2 * planes;
                w1 += 2 * planes;
            }

            TToken whole00 = TStep.Finish(c00);
            TToken whole01 = TStep.Finish(c01);
            TToken whole10 = TStep.Finish(c10);
            TToken whole11 = TStep.Finish(c11);
            if (TStep.Offset != 0)
            {
                TToken sums = Sums(sums0, stride);
                whole00 = TToken.Subtract(whole00, sums, TStep.Offset);
                whole10 = TToken.Subtract(whole10, sums, TStep.Offset);
                sums = Sums(sums1, stride);
                whole01 = TToken.Subtract(whole01, sums, TStep.Offset);
                whole11 = TToken.Subtract(whole11, sums, TStep.Offset);
                sums0 += SumsOfGroup * stride;
                sums1 += SumsOfGroup * stride;
            }

            TToken scales = TToken.Load(scales0);
            t00 = TToken.AddScaled(t00, whole00, scales, rowScale0);
            t10 = TToken.AddScaled(t10, whole10, scales, rowScale1);
            scales = TToken.Load(scales1);
            t01 = TToken.AddScaled(t01, whole01, scales, rowScale0);
            t11 = TToken.AddScaled(t11, whole11, scales, rowScale1);
            rowScale0++;
            rowScale1++;
            if (EndsBlock(group))
            {
                scales0 += stride;
                scales1 += stride;
            }
        }

        TToken.Store(t00, totals);
        TToken.Store(t01, totals + TToken.Count);
        TToken.Store(t10, totals + (2 * TToken.Count));
        TToken.Store(t11, totals + (3 * TToken.Count));
    }

    /// <summary>
    /// Adds to the results of two rows and one group of tokens. <paramref name="totals"/>: [2 rows, 2 groups of tokens], of
    /// which the second group is left as it is.
    /// </summary>
    [MethodImpl(KernelCode.Loop)]
    public static void One(int groups, RowPair rows, TokenGroup tokens, float* totals)
    {
        TToken t0 = TToken.Load(totals);
        TToken t1 = TToken.Load(totals + (2 * TToken.Count));
        int planes = TStep.IsSplit ? 2 : 1;
        int* w0 = rows.First;
        int* w1 = rows.Second;
        sbyte* bytes = tokens.Bytes;
        float* rowScale0 = rows.FirstScales;
        float* rowScale1 = rows.SecondScales;
        float* tokenScales = tokens.Scales;
        int* tokenSums = tokens.Sums;
        long stride = tokens.Stride;
        for (int group = 0; group < groups; group++)
        {
            TSum c0 = default;
            TSum c1 = default;
            for (int i = 0; i < TStep.GroupLength; i += 2 * Quad)
            {
                TToken a = TToken.Load(bytes);
                TToken w = TToken.Broadcast(w0);
                c0 = TStep.Add(c0, w, Upper(w0, w), a);
                w = TToken.Broadcast(w1);
                c1 = TStep.Add(c1, w, Upper(w1, w), a);

                a = TToken.Load(bytes + (Quad * stride));
                w = TToken.Broadcast(w0 + planes);
                c0 = TStep.Add(c0, w, Upper(w0 + planes, w), a);
                w = TToken.Broadcast(w1 + planes);
                c1 = TStep.Add(c1, w, Upper(w1 + planes, w), a);

                bytes += 2 * Quad * stride;
                w0 += 2 * planes;
                w1 += 2 * planes;
            }

            TToken whole0 = TStep.Finish(c0);
            TToken whole1 = TStep.Finish(c1);
            if (TStep.Offset != 0)
            {
                TToken sums = Sums(tokenSums, stride);
                whole0 = TToken.Subtract(whole0, sums, TStep.Offset);
                whole1 = TToken.Subtract(whole1, sums, TStep.Offset);
                tokenSums += SumsOfGroup * stride;
            }

            TToken scales = TToken.Load(tokenScales);
            t0 = TToken.AddScaled(t0, whole0, scales, rowScale0++);
            t1 = TToken.AddScaled(t1, whole1, scales, rowScale1++);
            if (EndsBlock(group))
            {
                tokenScales += stride;
            }
        }

        TToken.Store(t0, totals);
        TToken.Store(t1, totals + (2 * TToken.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TToken Upper(int* weights, TToken same) => TStep.IsSplit ? TToken.Broadcast(weights + 1) : same;

    // Whether the next group has other scales of activations.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EndsBlock(int group) => (group & (GroupsOfBlock - 1)) == GroupsOfBlock - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TToken Sums(int* sums, long stride) =>
        SumsOfGroup == 1 ? TToken.Load(sums) : TToken.Add(TToken.Load(sums), TToken.Load(sums + stride));
}

/// <summary>Two unpacked rows of weights from one column on; where there is only one, it stands twice.</summary>
internal readonly unsafe struct RowPair
{
    /// <summary>The first row's weights, four in each number.</summary>
    public required int* First { get; init; }

    /// <summary>The second row's weights.</summary>
    public required int* Second { get; init; }

    /// <summary>The first row's scales, one for each group of columns.</summary>
    public required float* FirstScales { get; init; }

    /// <summary>The second row's scales.</summary>
    public required float* SecondScales { get; init; }
}

/// <summary>The bytes of as many tokens as a vector has lanes, from one column on: a group of the input, or a part of each of its rows.</summary>
internal readonly unsafe struct TokenGroup
{
    /// <summary>[columns / 4, tokens, 4], rows <see cref="Stride"/> tokens apart.</summary>
    public required sbyte* Bytes { get; init; }

    /// <summary>[columns / 32, tokens], likewise.</summary>
    public required float* Scales { get; init; }

    /// <summary>[columns / 16, tokens], likewise.</summary>
    public required int* Sums { get; init; }

    /// <summary>Tokens of a group of the input.</summary>
    public required int Stride { get; init; }

    /// <summary>
    /// Some tokens of an input. <paramref name="token"/>: the first of them, a multiple of the lanes.
    /// <paramref name="column"/>: the first column, a multiple of 32.
    /// </summary>
    public static TokenGroup Of(in ProductInput input, int token, int column)
    {
        int length = input.GroupLength;
        int lane = token % length;
        long numbers = ((long)(token - lane) * input.Width) + ((long)column * length);
        return new TokenGroup
        {
            Bytes = input.GroupBytes + numbers + (lane * sizeof(int)),
            Scales = input.GroupScales + (numbers / Activations.BlockLength) + lane,
            Sums = input.GroupSums + (numbers / Activations.SumLength) + lane,
            Stride = length,
        };
    }
}
