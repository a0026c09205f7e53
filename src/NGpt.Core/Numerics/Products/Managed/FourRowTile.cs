using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>Four rows, up to three vectors wide: twelve sums, for processors with 16 vector registers (AVX2, SSE).</summary>
internal readonly unsafe struct FourRowTile<TLanes> : ITile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    public static int Rows => 4;

    // Every row is a variable of its own: only then does the compiler keep them all in registers.
    [MethodImpl(KernelCode.Loop)]
    public static void Multiply<TRow>(int depth, float* a, float* b, float* output, long stride, bool adds)
        where TRow : unmanaged, IRow<TRow, TLanes>
    {
        TRow c0 = default;
        TRow c1 = default;
        TRow c2 = default;
        TRow c3 = default;
        for (int i = 0; i < 4; i++)
        {
            TRow.Prefetch(output + (i * stride));
        }

        for (; depth > 0; depth--)
        {
            TRow row = TRow.Load(b);
            c0 = TRow.MultiplyAdd(TLanes.Of(a[0]), row, c0);
            c1 = TRow.MultiplyAdd(TLanes.Of(a[1]), row, c1);
            c2 = TRow.MultiplyAdd(TLanes.Of(a[2]), row, c2);
            c3 = TRow.MultiplyAdd(TLanes.Of(a[3]), row, c3);
            a += 4;
            b += TRow.Vectors * TLanes.Count;
        }

        Put<TRow>(c0, output, adds);
        Put<TRow>(c1, output + stride, adds);
        Put<TRow>(c2, output + (2 * stride), adds);
        Put<TRow>(c3, output + (3 * stride), adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TRow>(TRow sum, float* output, bool adds)
        where TRow : unmanaged, IRow<TRow, TLanes> => TRow.Store(adds ? TRow.Load(output) + sum : sum, output);
}
