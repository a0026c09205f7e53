namespace NGpt.Runtime.Inference;

/// <summary>
/// One layer's keys and values of all slots, head by head. Keys lie in blocks of <see cref="BlockPositions"/> positions
/// whose numbers of one column are next to each other, so that scores of neighbouring positions are computed in one vector;
/// values lie position by position, each filled up with zeros to whole vectors.
/// </summary>
/// <param name="Type">How numbers are kept.</param>
/// <param name="Keys">[slots, H, blocks, D, <see cref="BlockPositions"/>].</param>
/// <param name="Values">[slots, H, blocks·<see cref="BlockPositions"/>, padded D].</param>
/// <param name="HeadCount">H.</param>
/// <param name="HeadWidth">D.</param>
/// <param name="PaddedWidth">D, rounded up to a multiple of <see cref="BlockPositions"/>.</param>
/// <param name="Positions">Positions that a slot has room for, a multiple of <see cref="BlockPositions"/>.</param>
internal readonly unsafe record struct CacheLayer(
    CacheType Type, nint Keys, nint Values, int HeadCount, int HeadWidth, int PaddedWidth, int Positions)
{
    /// <summary>Positions of a block: two of the widest vectors.</summary>
    public const int BlockPositions = 32;

    /// <summary>The first number of a key; its further numbers are <see cref="BlockPositions"/> apart.</summary>
    /// <typeparam name="TElement">What <see cref="Type"/> says.</typeparam>
    public TElement* Key<TElement>(int slot, int head, int position)
        where TElement : unmanaged
    {
        long firstOfHead = ((long)slot * HeadCount) + head;
        int inBlock = position % BlockPositions;
        return (TElement*)Keys + (((firstOfHead * Positions) + (position - inBlock)) * HeadWidth) + inBlock;
    }

    /// <summary>The first number of a value.</summary>
    /// <typeparam name="TElement">What <see cref="Type"/> says.</typeparam>
    public TElement* Value<TElement>(int slot, int head, int position)
        where TElement : unmanaged => (TElement*)Values + (((((long)slot * HeadCount) + head) * Positions) + position) * PaddedWidth;
}
