using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Keys and values of one layer for the tokens already seen, in memory allocated once.</summary>
public sealed class LayerCache : IDisposable
{
    private readonly Tensor _keys;
    private readonly Tensor _values;

    internal LayerCache(long batch, int heads, int capacity, int headWidth, ScalarType type, Device device)
    {
        _keys = zeros([batch, heads, capacity, headWidth], dtype: type, device: device).DetachFromDisposeScope();
        _values = zeros([batch, heads, capacity, headWidth], dtype: type, device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    /// <summary>Stores the keys and values of new tokens behind those of earlier ones.</summary>
    /// <param name="position">Number of tokens already stored.</param>
    /// <param name="keys">[B, H, T, D].</param>
    /// <param name="values">[B, H, T, D].</param>
    /// <returns>Views of all stored keys and values [B, H, position + T, D]; the caller disposes of them.</returns>
    internal (Tensor Keys, Tensor Values) Append(long position, Tensor keys, Tensor values)
    {
        long count = keys.shape[2];
        using Tensor keySlot = _keys.narrow(2, position, count);
        using Tensor valueSlot = _values.narrow(2, position, count);
        keySlot.copy_(keys);
        valueSlot.copy_(values);
        return (_keys.narrow(2, 0, position + count), _values.narrow(2, 0, position + count));
    }
}
