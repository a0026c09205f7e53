using NGpt.Core.Configuration;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>Keys and values of all layers and slots, allocated once, and how many tokens each slot holds.</summary>
internal sealed unsafe class KeyValueCache : IDisposable
{
    private const int Unit = CacheLayer.BlockPositions;

    private readonly NativeBuffer<float> _keys;
    private readonly NativeBuffer<float> _values;
    private readonly int[] _lengths;
    private readonly int _layerCount;
    private readonly int _headCount;
    private readonly int _headWidth;
    private readonly int _paddedWidth;
    private readonly int _positions;

    /// <summary>Allocates room for whole contexts; what is not used yet takes no memory on most systems.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="slots">Sequences.</param>
    /// <param name="contextLength">Tokens of each.</param>
    public KeyValueCache(ModelConfig config, int slots, int contextLength)
    {
        (_layerCount, _headCount, _headWidth) = (config.LayerCount, config.HeadCount, config.HeadWidth);
        _paddedWidth = (_headWidth + Unit - 1) / Unit * Unit;
        _positions = (contextLength + Unit - 1) / Unit * Unit;
        _lengths = new int[slots];
        Int128 rows = (Int128)_layerCount * slots * _headCount * _positions;
        _keys = new NativeBuffer<float>(rows * _headWidth, "keys of the context");
        _values = new NativeBuffer<float>(rows * _paddedWidth, "values of the context");
    }

    /// <summary>Bytes that a whole cache takes.</summary>
    public long ByteLength => (_keys.Length + _values.Length) * sizeof(float);

    /// <summary>Tokens that every slot holds.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>One layer's part.</summary>
    /// <param name="layer">0..L-1.</param>
    public CacheLayer Layer(int layer)
    {
        long rows = (long)layer * _lengths.Length * _headCount * _positions;
        return new CacheLayer(
            (nint)(_keys.Start + (rows * _headWidth)), (nint)(_values.Start + (rows * _paddedWidth)), _headCount, _headWidth, _paddedWidth, _positions);
    }

    /// <summary>States how many tokens a slot holds.</summary>
    public void SetLength(int slot, int length) => _lengths[slot] = length;

    /// <summary>Copies the first tokens of one slot to another.</summary>
    public void CopyPrefix(int source, int target, int length)
    {
        long keyBytes = (long)((length + Unit - 1) / Unit * Unit) * _headWidth * sizeof(float);
        long valueBytes = (long)length * _paddedWidth * sizeof(float);
        for (int layer = 0; layer < _layerCount; layer++)
        {
            CacheLayer part = Layer(layer);
            for (int head = 0; head < _headCount; head++)
            {
                Buffer.MemoryCopy(part.Key(source, head, 0), part.Key(target, head, 0), keyBytes, keyBytes);
                Buffer.MemoryCopy(part.Value(source, head, 0), part.Value(target, head, 0), valueBytes, valueBytes);
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
}
