using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Keys and values of all layers for one batch of growing sequences: what makes generation linear in its length.</summary>
public sealed class KeyValueCache : IDisposable
{
    /// <summary>Allocates memory for a full context.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="batch">B, sequences decoded together.</param>
    /// <param name="type">Floating-point type of the model.</param>
    /// <param name="device">Device of the model.</param>
    public KeyValueCache(ModelConfig config, long batch, ScalarType type, Device device)
    {
        ArgumentNullException.ThrowIfNull(config);
        Capacity = config.ContextLength;
        Layers = [.. Enumerable.Range(0, config.LayerCount).Select(_ =>
            new LayerCache(batch, config.HeadCount, config.ContextLength, config.HeadWidth, type, device))];
    }

    /// <summary>Maximum number of tokens: the model's context length.</summary>
    public int Capacity { get; }

    /// <summary>Tokens stored so far, the position of the next one.</summary>
    public int Count { get; private set; }

    internal IReadOnlyList<LayerCache> Layers { get; }

    /// <summary>Forgets all tokens; the memory stays.</summary>
    public void Clear() => Count = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LayerCache layer in Layers)
        {
            layer.Dispose();
        }
    }

    internal void Advance(int tokens) => Count += tokens;
}

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
