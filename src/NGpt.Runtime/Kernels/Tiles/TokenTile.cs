using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>The innermost loop of products with many tokens: two rows of weights meet one or two groups of tokens.</summary>
internal static unsafe class TokenTile<TToken, TStep>
    where TToken : unmanaged, ITokenLanes<TToken>
    where TStep : unmanaged, ITileStep<TToken>
{
    private const int Quad = sizeof(int);

    // Groups of weights that share a scale of activations.
    private static int GroupsOfBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Activations.BlockLength / TStep.GroupLength;
    }

    /// <summary>Adds to the results of two rows and two groups of tokens.</summary>
    /// <param name="groups">Length in groups of columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="first">The first tokens.</param>
    /// <param name="second">The others.</param>
    /// <param name="totals">[2 rows, 2 groups of tokens].</param>
    [MethodImpl(KernelCode.Loop)]
    public static void Two(int groups, RowPair rows, TokenGroup first, TokenGroup second, float* totals)
    {
        TToken t00 = TToken.Load(totals);
        TToken t01 = TToken.Load(totals + TToken.Count);
        TToken t10 = TToken.Load(totals + (2 * TToken.Count));
        TToken t11 = TToken.Load(totals + (3 * TToken.Count));
        int planes = TStep.HasMagnitudes ? 2 : 1;
        int* w0 = rows.First;
        int* w1 = rows.Second;
        sbyte* a0 = first.Bytes;
        sbyte* a1 = second.Bytes;
        for (int group = 0; group < groups; group++)
        {
            TToken c00 = TToken.Zero;
            TToken c01 = TToken.Zero;
            TToken c10 = TToken.Zero;
            TToken c11 = TToken.Zero;
            for (int i = 0; i < TStep.GroupLength; i += 2 * Quad)
            {
                TToken a = TToken.Load(a0);
                TToken b = TToken.Load(a1);
                TToken w = TToken.Broadcast(w0);
                TToken m = Magnitudes(w0, w);
                c00 = TStep.Add(c00, w, m, a);
                c01 = TStep.Add(c01, w, m, b);
                w = TToken.Broadcast(w1);
                m = Magnitudes(w1, w);
                c10 = TStep.Add(c10, w, m, a);
                c11 = TStep.Add(c11, w, m, b);

                a = TToken.Load(a0 + (Quad * TToken.Count));
                b = TToken.Load(a1 + (Quad * TToken.Count));
                w = TToken.Broadcast(w0 + planes);
                m = Magnitudes(w0 + planes, w);
                c00 = TStep.Add(c00, w, m, a);
                c01 = TStep.Add(c01, w, m, b);
                w = TToken.Broadcast(w1 + planes);
                m = Magnitudes(w1 + planes, w);
                c10 = TStep.Add(c10, w, m, a);
                c11 = TStep.Add(c11, w, m, b);

                a0 += 2 * Quad * TToken.Count;
                a1 += 2 * Quad * TToken.Count;
                w0 += 2 * planes;
                w1 += 2 * planes;
            }

            c00 = TStep.Whole(c00);
            c01 = TStep.Whole(c01);
            c10 = TStep.Whole(c10);
            c11 = TStep.Whole(c11);
            if (TStep.Offset != 0)
            {
                TToken sums = Sums(first, group);
                c00 = TToken.Subtract(c00, sums, TStep.Offset);
                c10 = TToken.Subtract(c10, sums, TStep.Offset);
                sums = Sums(second, group);
                c01 = TToken.Subtract(c01, sums, TStep.Offset);
                c11 = TToken.Subtract(c11, sums, TStep.Offset);
            }

            TToken scales = Scales(first, group);
            t00 = TToken.AddScaled(t00, c00, scales, rows.FirstScales + group);
            t10 = TToken.AddScaled(t10, c10, scales, rows.SecondScales + group);
            scales = Scales(second, group);
            t01 = TToken.AddScaled(t01, c01, scales, rows.FirstScales + group);
            t11 = TToken.AddScaled(t11, c11, scales, rows.SecondScales + group);
        }

        TToken.Store(t00, totals);
        TToken.Store(t01, totals + TToken.Count);
        TToken.Store(t10, totals + (2 * TToken.Count));
        TToken.Store(t11, totals + (3 * TToken.Count));
    }

    /// <summary>Adds to the results of two rows and one group of tokens.</summary>
    /// <param name="groups">Length in groups of columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="totals">[2 rows, 2 groups of tokens], of which the second group is left as it is.</param>
    [MethodImpl(KernelCode.Loop)]
    public static void One(int groups, RowPair rows, TokenGroup tokens, float* totals)
    {
        TToken t0 = TToken.Load(totals);
        TToken t1 = TToken.Load(totals + (2 * TToken.Count));
        int planes = TStep.HasMagnitudes ? 2 : 1;
        int* w0 = rows.First;
        int* w1 = rows.Second;
        sbyte* bytes = tokens.Bytes;
        for (int group = 0; group < groups; group++)
        {
            TToken c0 = TToken.Zero;
            TToken c1 = TToken.Zero;
            for (int i = 0; i < TStep.GroupLength; i += Quad)
            {
                TToken a = TToken.Load(bytes);
                TToken w = TToken.Broadcast(w0);
                c0 = TStep.Add(c0, w, Magnitudes(w0, w), a);
                w = TToken.Broadcast(w1);
                c1 = TStep.Add(c1, w, Magnitudes(w1, w), a);
                bytes += Quad * TToken.Count;
                w0 += planes;
                w1 += planes;
            }

            c0 = TStep.Whole(c0);
            c1 = TStep.Whole(c1);
            if (TStep.Offset != 0)
            {
                TToken sums = Sums(tokens, group);
                c0 = TToken.Subtract(c0, sums, TStep.Offset);
                c1 = TToken.Subtract(c1, sums, TStep.Offset);
            }

            TToken scales = Scales(tokens, group);
            t0 = TToken.AddScaled(t0, c0, scales, rows.FirstScales + group);
            t1 = TToken.AddScaled(t1, c1, scales, rows.SecondScales + group);
        }

        TToken.Store(t0, totals);
        TToken.Store(t1, totals + (2 * TToken.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TToken Magnitudes(int* weights, TToken same) => TStep.HasMagnitudes ? TToken.Broadcast(weights + 1) : same;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TToken Scales(TokenGroup tokens, int group) => TToken.Load(tokens.Scales + (group / GroupsOfBlock * TToken.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TToken Sums(TokenGroup tokens, int group)
    {
        if (TStep.GroupLength == Activations.SumLength)
        {
            return TToken.Load(tokens.Sums + (group * TToken.Count));
        }

        int* sums = tokens.Sums + (2 * group * TToken.Count);
        return TToken.Add(TToken.Load(sums), TToken.Load(sums + TToken.Count));
    }
}
