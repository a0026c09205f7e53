using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>
/// c = a·b for the matrices of attention, which lie in the cache as they are read: b row by row, its columns next to each
/// other. Four rows of a share what is loaded of b; a single row is read in two strands, so that an addition need not wait
/// for the one before.
/// </summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
internal static unsafe class SmallProducts<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Columns come in multiples of this.</summary>
    public static int ColumnUnit => 2 * TLanes.Count;

    /// <summary>Computes c = a·b, or c += a·b.</summary>
    /// <param name="a">[rows, depth].</param>
    /// <param name="aStride">Numbers from one row of a to the next.</param>
    /// <param name="rows">Rows of a and c.</param>
    /// <param name="b">[depth, columns].</param>
    /// <param name="bStride">Numbers from one row of b to the next.</param>
    /// <param name="depth">Columns of a, rows of b.</param>
    /// <param name="c">[rows, columns].</param>
    /// <param name="cStride">Numbers from one row of c to the next.</param>
    /// <param name="columns">Columns of b and c, a multiple of <see cref="ColumnUnit"/>.</param>
    /// <param name="add">Whether c is added to.</param>
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
