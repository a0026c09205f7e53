using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>
/// The innermost loop: a tile of the output stays in registers while a panel of a (some rows) meets a panel of b
/// (some vectors of columns). How many rows depends on how many registers the processor has.
/// </summary>
internal unsafe interface ITile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows of the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Computes one tile, or adds to it. <paramref name="depth"/>: length of the panels, at least 1.</summary>
    static abstract void Multiply<TRow>(int depth, float* a, float* b, float* output, long stride, bool adds)
        where TRow : unmanaged, IRow<TRow, TLanes>;
}

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

/// <summary>Eight rows, up to three vectors wide: 24 sums, for processors with 32 vector registers (AVX-512, Arm).</summary>
internal readonly unsafe struct EightRowTile<TLanes> : ITile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Steps of the depth between a row of b that is prefetched and the one that is computed with: b is in the second-level cache.
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
