using NGpt.Core.Configuration;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>Keys and values of all layers and slots, allocated once, and how many tokens each slot holds.</summary>
internal sealed unsafe class KeyValueCache : IDisposable
{
    private const int Unit = CacheLayer.BlockPositions;

    private readonly NativeBuffer<byte> _keys;
    private readonly NativeBuffer<byte> _values;
    private readonly int[] _lengths;
    private readonly CacheType _type;
    private readonly int _elementBytes;
    private readonly int _layerCount;
    private readonly int _headCount;
    private readonly int _queriesPerHead;
    private readonly int _headWidth;
    private readonly int _paddedWidth;
    private readonly int _positions;

    /// <summary>Allocates memory for full contexts; pages that are not used yet take no memory on most systems.</summary>
    public KeyValueCache(ModelConfig config, int slots, int contextLength, CacheType type)
    {
        (_type, _elementBytes) = (type, type.ElementBytes());
        (_layerCount, _headCount, _headWidth) = (config.LayerCount, config.KeyValueHeadCount ?? config.HeadCount, config.HeadWidth);
        _queriesPerHead = config.HeadCount / _headCount;
        _paddedWidth = (_headWidth + Unit - 1) / Unit * Unit;
        _positions = (contextLength + Unit - 1) / Unit * Unit;
        _lengths = new int[slots];
        Int128 rows = (Int128)_layerCount * slots * _headCount * _positions;
        _keys = new NativeBuffer<byte>(rows * _headWidth * _elementBytes, "keys of the context");
        _values = new NativeBuffer<byte>(rows * _paddedWidth * _elementBytes, "values of the context");
    }

    /// <summary>Bytes that a whole cache takes.</summary>
    public long ByteLength => _keys.Length + _values.Length;

    /// <summary>Tokens that every slot holds.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>One layer's part. <paramref name="layer"/>: 0..L-1.</summary>
    public CacheLayer Layer(int layer)
    {
        long rows = (long)layer * _lengths.Length * _headCount * _positions;
        return new CacheLayer(
            _type,
            (nint)(_keys.Start + (rows * _headWidth * _elementBytes)),
            (nint)(_values.Start + (rows * _paddedWidth * _elementBytes)),
            _headCount,
            _queriesPerHead,
            _headWidth,
            _paddedWidth,
            _positions);
    }

    /// <summary>States how many tokens a slot holds.</summary>
    public void SetLength(int slot, int length) => _lengths[slot] = length;

    /// <summary>Copies the first tokens of one slot to another.</summary>
    public void CopyPrefix(int source, int target, int length)
    {
        // Of keys whole blocks, as the last one's positions are interleaved.
        long keys = (long)((length + Unit - 1) / Unit * Unit) * _headWidth * _elementBytes;
        long values = (long)length * _paddedWidth * _elementBytes;
        for (long layer = 0; layer < _layerCount; layer++)
        {
            long first = layer * _lengths.Length * _headCount * _positions;
            for (int head = 0; head < _headCount; head++)
            {
                Copy(_keys, first, source, target, head, _headWidth, keys);
                Copy(_values, first, source, target, head, _paddedWidth, values);
            }
        }

        _lengths[target] = length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    private void Copy(NativeBuffer<byte> numbers, long layerRow, int source, int target, int head, int width, long bytes)
    {
        byte* From(int slot) => numbers.Start + ((layerRow + ((((long)slot * _headCount) + head) * _positions)) * width * _elementBytes);
        Buffer.MemoryCopy(From(source), From(target), bytes, bytes);
    }
}

/// <summary>
/// One layer's keys and values of all slots, head by head. Keys are stored in blocks of <see cref="BlockPositions"/> positions
/// whose values of one column are next to each other, so that scores of neighbouring positions are computed in one vector;
/// values are stored position by position, each padded with zeros to whole vectors.
/// </summary>
/// <param name="Type">How values are kept.</param>
/// <param name="Keys">[slots, heads, blocks, D, <see cref="BlockPositions"/>].</param>
/// <param name="Values">[slots, heads, blocks·<see cref="BlockPositions"/>, padded D].</param>
/// <param name="HeadCount">Heads of keys and values: H, or fewer where queries are grouped.</param>
/// <param name="QueriesPerHead">Heads of queries that share each of them.</param>
/// <param name="HeadWidth">D.</param>
/// <param name="PaddedWidth">D, rounded up to a multiple of <see cref="BlockPositions"/>.</param>
/// <param name="Positions">Positions that a slot can hold, a multiple of <see cref="BlockPositions"/>.</param>
internal readonly unsafe record struct CacheLayer(
    CacheType Type, nint Keys, nint Values, int HeadCount, int QueriesPerHead, int HeadWidth, int PaddedWidth, int Positions)
{
    /// <summary>Positions of a block: two of the widest vectors.</summary>
    public const int BlockPositions = 32;

    /// <summary>H, the heads of queries.</summary>
    public int QueryHeadCount => HeadCount * QueriesPerHead;

    /// <summary>The first element of a key; its further elements are <see cref="BlockPositions"/> apart.</summary>
    public TElement* Key<TElement>(int slot, int head, int position)
        where TElement : unmanaged
    {
        long firstOfHead = ((long)slot * HeadCount) + head;
        int inBlock = position % BlockPositions;
        return (TElement*)Keys + (((firstOfHead * Positions) + (position - inBlock)) * HeadWidth) + inBlock;
    }

    /// <summary>The first element of a value.</summary>
    public TElement* Value<TElement>(int slot, int head, int position)
        where TElement : unmanaged => (TElement*)Values + (((((long)slot * HeadCount) + head) * Positions) + position) * PaddedWidth;
}
