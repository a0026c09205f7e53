using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>A few vectors side by side: one row of a tile of the output, held in registers.</summary>
internal unsafe interface IRow<TSelf, TLanes>
    where TSelf : unmanaged, IRow<TSelf, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Number of vectors.</summary>
    static abstract int Vectors { get; }

    /// <summary>a·b + c with one rounding, a the same number for the whole row.</summary>
    static abstract TSelf MultiplyAdd(TLanes a, TSelf b, TSelf c);

    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Loads the vectors.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Begins to load what <see cref="Store"/> will write.</summary>
    static abstract void Prefetch(float* target);

    /// <summary>Stores the vectors.</summary>
    static abstract void Store(TSelf row, float* target);
}

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
