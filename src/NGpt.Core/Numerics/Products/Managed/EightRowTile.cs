using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>Eight rows, up to three vectors wide: 24 sums, for processors with 32 vector registers (AVX-512, Arm).</summary>
internal readonly unsafe struct EightRowTile<TLanes> : ITile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Steps of the depth between a row of b that is asked for and the one that is computed with: b lies in the second cache.
    private const int Ahead = 8;

    public static int Rows => 8;

    // Every row is a variable of its own: only then does the compiler keep them all in registers.
    [MethodImpl(KernelCode.Loop)]
    public static void Multiply<TRow>(int depth, float* a, float* b, float* output, long stride, bool adds)
        where TRow : unmanaged, IRow<TRow, TLanes>
    {
        TRow c0 = default;
        TRow c1 = default;
        TRow c2 = default;
        TRow c3 = default;
        TRow c4 = default;
        TRow c5 = default;
        TRow c6 = default;
        TRow c7 = default;
        for (int i = 0; i < 8; i++)
        {
            TRow.Prefetch(output + (i * stride));
        }

        for (; depth > 0; depth--)
        {
            TRow.Prefetch(b + (Ahead * TRow.Vectors * TLanes.Count));
            TRow row = TRow.Load(b);
            c0 = TRow.MultiplyAdd(TLanes.Of(a[0]), row, c0);
            c1 = TRow.MultiplyAdd(TLanes.Of(a[1]), row, c1);
            c2 = TRow.MultiplyAdd(TLanes.Of(a[2]), row, c2);
            c3 = TRow.MultiplyAdd(TLanes.Of(a[3]), row, c3);
            c4 = TRow.MultiplyAdd(TLanes.Of(a[4]), row, c4);
            c5 = TRow.MultiplyAdd(TLanes.Of(a[5]), row, c5);
            c6 = TRow.MultiplyAdd(TLanes.Of(a[6]), row, c6);
            c7 = TRow.MultiplyAdd(TLanes.Of(a[7]), row, c7);
            a += 8;
            b += TRow.Vectors * TLanes.Count;
        }

        Put<TRow>(c0, output, adds);
        Put<TRow>(c1, output + stride, adds);
        Put<TRow>(c2, output + (2 * stride), adds);
        Put<TRow>(c3, output + (3 * stride), adds);
        Put<TRow>(c4, output + (4 * stride), adds);
        Put<TRow>(c5, output + (5 * stride), adds);
        Put<TRow>(c6, output + (6 * stride), adds);
        Put<TRow>(c7, output + (7 * stride), adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TRow>(TRow sum, float* output, bool adds)
        where TRow : unmanaged, IRow<TRow, TLanes> => TRow.Store(adds ? TRow.Load(output) + sum : sum, output);
}
