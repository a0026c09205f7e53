using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>A few vectors side by side: one row of a tile of the output, held in registers.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TLanes">The vectors.</typeparam>
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
