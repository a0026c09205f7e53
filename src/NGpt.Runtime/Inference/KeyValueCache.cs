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
    private readonly int _numberBytes;
    private readonly int _layerCount;
    private readonly int _headCount;
    private readonly int _headWidth;
    private readonly int _paddedWidth;
    private readonly int _positions;

    /// <summary>Allocates room for whole contexts; what is not used yet takes no memory on most systems.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="slots">Sequences.</param>
    /// <param name="contextLength">Tokens of each.</param>
    /// <param name="type">How numbers are kept.</param>
    public KeyValueCache(ModelConfig config, int slots, int contextLength, CacheType type)
    {
        (_type, _numberBytes) = (type, type.NumberBytes());
        (_layerCount, _headCount, _headWidth) = (config.LayerCount, config.HeadCount, config.HeadWidth);
        _paddedWidth = (_headWidth + Unit - 1) / Unit * Unit;
        _positions = (contextLength + Unit - 1) / Unit * Unit;
        _lengths = new int[slots];
        Int128 rows = (Int128)_layerCount * slots * _headCount * _positions;
        _keys = new NativeBuffer<byte>(rows * _headWidth * _numberBytes, "keys of the context");
        _values = new NativeBuffer<byte>(rows * _paddedWidth * _numberBytes, "values of the context");
    }

    /// <summary>Bytes that a whole cache takes.</summary>
    public long ByteLength => _keys.Length + _values.Length;

    /// <summary>Tokens that every slot holds.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>One layer's part.</summary>
    /// <param name="layer">0..L-1.</param>
    public CacheLayer Layer(int layer)
    {
        long rows = (long)layer * _lengths.Length * _headCount * _positions;
        return new CacheLayer(
            _type,
            (nint)(_keys.Start + (rows * _headWidth * _numberBytes)),
            (nint)(_values.Start + (rows * _paddedWidth * _numberBytes)),
            _headCount,
            _headWidth,
            _paddedWidth,
            _positions);
    }

    /// <summary>States how many tokens a slot holds.</summary>
    public void SetLength(int slot, int length) => _lengths[slot] = length;

    /// <summary>Copies the first tokens of one slot to another.</summary>
    public void CopyPrefix(int source, int target, int length)
    {
        // Of keys whole blocks, as the last one's positions lie between each other.
        long keys = (long)((length + Unit - 1) / Unit * Unit) * _headWidth * _numberBytes;
        long values = (long)length * _paddedWidth * _numberBytes;
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
        byte* From(int slot) => numbers.Start + ((layerRow + ((((long)slot * _headCount) + head) * _positions)) * width * _numberBytes);
        Buffer.MemoryCopy(From(source), From(target), bytes, bytes);
    }
}
