using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>
/// The innermost loop: a tile of the output stays in registers while a panel of a (some rows) meets a panel of b
/// (some vectors of columns). How many rows depends on how many registers the processor has.
/// </summary>
/// <typeparam name="TLanes">The vectors.</typeparam>
internal unsafe interface ITile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows of the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Computes one tile, or adds to it.</summary>
    /// <typeparam name="TRow">One row of the tile: decides the number of columns.</typeparam>
    /// <param name="depth">Length of the panels, at least 1.</param>
    /// <param name="a">Panel of a: the rows' numbers of one column after the other.</param>
    /// <param name="b">Panel of b: one row after the other.</param>
    /// <param name="output">First number of the tile.</param>
    /// <param name="stride">Elements from one row of the output to the next.</param>
    /// <param name="adds">Whether the product is added to what is there.</param>
    static abstract void Multiply<TRow>(int depth, float* a, float* b, float* output, long stride, bool adds)
        where TRow : unmanaged, IRow<TRow, TLanes>;
}
