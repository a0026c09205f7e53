using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>Three vectors.</summary>
internal readonly unsafe struct Row3<TLanes> : IRow<Row3<TLanes>, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly TLanes _v0;
    private readonly TLanes _v1;
    private readonly TLanes _v2;

    [MethodImpl(Inline)]
    private Row3(TLanes v0, TLanes v1, TLanes v2) => (_v0, _v1, _v2) = (v0, v1, v2);

    public static int Vectors => 3;

    [MethodImpl(Inline)]
    public static Row3<TLanes> operator +(Row3<TLanes> a, Row3<TLanes> b) => new(a._v0 + b._v0, a._v1 + b._v1, a._v2 + b._v2);

    [MethodImpl(Inline)]
    public static Row3<TLanes> MultiplyAdd(TLanes a, Row3<TLanes> b, Row3<TLanes> c) =>
        new(TLanes.MultiplyAdd(a, b._v0, c._v0), TLanes.MultiplyAdd(a, b._v1, c._v1), TLanes.MultiplyAdd(a, b._v2, c._v2));

    [MethodImpl(Inline)]
    public static Row3<TLanes> Load(float* source) => new(TLanes.Load(source), TLanes.Load(source + TLanes.Count), TLanes.Load(source + (2 * TLanes.Count)));

    [MethodImpl(Inline)]
    public static void Prefetch(float* target)
    {
        CacheLine.Prefetch(target);
        CacheLine.Prefetch(target + TLanes.Count);
        CacheLine.Prefetch(target + (2 * TLanes.Count));
    }

    [MethodImpl(Inline)]
    public static void Store(Row3<TLanes> row, float* target)
    {
        TLanes.Store(row._v0, target);
        TLanes.Store(row._v1, target + TLanes.Count);
        TLanes.Store(row._v2, target + (2 * TLanes.Count));
    }
}
