using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>One vector.</summary>
internal readonly unsafe struct Row1<TLanes> : IRow<Row1<TLanes>, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly TLanes _v0;

    [MethodImpl(Inline)]
    private Row1(TLanes v0) => _v0 = v0;

    public static int Vectors => 1;

    [MethodImpl(Inline)]
    public static Row1<TLanes> operator +(Row1<TLanes> a, Row1<TLanes> b) => new(a._v0 + b._v0);

    [MethodImpl(Inline)]
    public static Row1<TLanes> MultiplyAdd(TLanes a, Row1<TLanes> b, Row1<TLanes> c) =>
        new(TLanes.MultiplyAdd(a, b._v0, c._v0));

    [MethodImpl(Inline)]
    public static Row1<TLanes> Load(float* source) => new(TLanes.Load(source));

    [MethodImpl(Inline)]
    public static void Prefetch(float* target)
    {
        CacheLine.Prefetch(target);
    }

    [MethodImpl(Inline)]
    public static void Store(Row1<TLanes> row, float* target)
    {
        TLanes.Store(row._v0, target);
    }
}
