using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Keys and values of all layers for one batch of growing sequences: what makes generation linear in its length.</summary>
public sealed class KeyValueCache : IDisposable
{
    /// <summary>Allocates room for a whole context.</summary>
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

    /// <summary>Most tokens that fit: the model's context length.</summary>
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
