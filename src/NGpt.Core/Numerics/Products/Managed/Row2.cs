using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>Two vectors.</summary>
internal readonly unsafe struct Row2<TLanes> : IRow<Row2<TLanes>, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly TLanes _v0;
    private readonly TLanes _v1;

    [MethodImpl(Inline)]
    private Row2(TLanes v0, TLanes v1) => (_v0, _v1) = (v0, v1);

    public static int Vectors => 2;

    [MethodImpl(Inline)]
    public static Row2<TLanes> operator +(Row2<TLanes> a, Row2<TLanes> b) => new(a._v0 + b._v0, a._v1 + b._v1);

    [MethodImpl(Inline)]
    public static Row2<TLanes> MultiplyAdd(TLanes a, Row2<TLanes> b, Row2<TLanes> c) =>
        new(TLanes.MultiplyAdd(a, b._v0, c._v0), TLanes.MultiplyAdd(a, b._v1, c._v1));

    [MethodImpl(Inline)]
    public static Row2<TLanes> Load(float* source) => new(TLanes.Load(source), TLanes.Load(source + TLanes.Count));

    [MethodImpl(Inline)]
    public static void Prefetch(float* target)
    {
        CacheLine.Prefetch(target);
        CacheLine.Prefetch(target + TLanes.Count);
    }

    [MethodImpl(Inline)]
    public static void Store(Row2<TLanes> row, float* target)
    {
        TLanes.Store(row._v0, target);
        TLanes.Store(row._v1, target + TLanes.Count);
    }
}
