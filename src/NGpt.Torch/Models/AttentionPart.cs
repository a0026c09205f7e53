using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// The part of attention that both architectures share: four projections, heads, and the causal product.
/// What happens to queries and keys in between is each block's own.
/// </summary>
public sealed class AttentionPart : nn.Module
{
    private readonly Projection _query;
    private readonly Projection _key;
    private readonly Projection _value;
    private readonly Projection _output;
    private readonly int _headCount;
    private readonly int _headWidth;
    private readonly ModelTypes _types;

    /// <summary>Creates the part with undefined weights.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="types">Floating-point types of the weights and of the products.</param>
    /// <param name="device">Where the weights live; null for the CPU.</param>
    public AttentionPart(ModelConfig config, ModelTypes types, Device? device)
        : base(nameof(AttentionPart))
    {
        ArgumentNullException.ThrowIfNull(config);
        int width = config.EmbeddingWidth;
        (_headCount, _headWidth, _types) = (config.HeadCount, config.HeadWidth, types);
        register_module("q_proj", _query = new Projection(width, width, types, device));
        register_module("k_proj", _key = new Projection(width, width, types, device));
        register_module("v_proj", _value = new Projection(width, width, types, device));
        register_module("o_proj", _output = new Projection(width, width, types, device));
    }

    /// <summary>Queries of every head, rotated by their positions.</summary>
    /// <param name="x">Attention input [B, T, C].</param>
    /// <param name="context">Positions.</param>
    /// <returns>[B, T, H, D]; the caller disposes of it.</returns>
    public Tensor Queries(Tensor x, SequenceContext context) => RotatedHeads(_query, x, context);

    /// <summary>Keys of every head, rotated by their positions.</summary>
    /// <param name="x">Attention input [B, T, C].</param>
    /// <param name="context">Positions.</param>
    /// <returns>[B, T, H, D]; the caller disposes of it.</returns>
    public Tensor Keys(Tensor x, SequenceContext context) => RotatedHeads(_key, x, context);

    /// <summary>Values of every head.</summary>
    /// <param name="x">Attention input [B, T, C].</param>
    /// <returns>[B, T, H, D]; the caller disposes of it.</returns>
    public Tensor Values(Tensor x) => SplitHeads(_value.forward(x));

    /// <summary>Causal attention over all heads, then the output projection.</summary>
    /// <param name="q">Queries [B, T, H, D].</param>
    /// <param name="k">Keys [B, T, H, D].</param>
    /// <param name="v">Values [B, T, H, D].</param>
    /// <param name="scale">What q·k is multiplied with before the softmax.</param>
    /// <param name="context">Positions and cache.</param>
    /// <param name="layer">Number of the block, which names its place in the cache.</param>
    /// <returns>[B, T, C]; the caller disposes of it.</returns>
    public Tensor Attend(Tensor q, Tensor k, Tensor v, double scale, SequenceContext context, int layer)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(v);
        ArgumentNullException.ThrowIfNull(context);
        using IDisposable scope = NewDisposeScope();
        (q, k, v) = (q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2));
        if (context.Cache is KeyValueCache cache)
        {
            (k, v) = cache.Layers[layer].Append(context.Position, k, v);
        }

        Tensor heads = CausalAttention.Attend(q, k, v, scale, _types, context.Visible);
        return _output.forward(heads.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor RotatedHeads(Projection projection, Tensor x, SequenceContext context)
    {
        using Tensor heads = SplitHeads(projection.forward(x));
        return RotaryEmbedding.Rotate(heads, context.Rotations);
    }

    private Tensor SplitHeads(Tensor projected) => projected.unflatten(2, _headCount, _headWidth);
}

/// <summary>Positions and cache of one forward pass: the same for every layer.</summary>
/// <param name="Position">Position of the first token of the pass: 0 without a cache.</param>
/// <param name="Rotations">RoPE's rotations of the positions, complex [T, 1, D/2].</param>
/// <param name="Cache">Keys and values of earlier tokens, or null for a pass over whole sequences.</param>
public sealed record SequenceContext(long Position, Tensor Rotations, KeyValueCache? Cache)
{
    /// <summary>Which tokens see which, bool [B, 1, T, T], where that is not simply all earlier ones; else null.</summary>
    public Tensor? Visible { get; init; }
}
