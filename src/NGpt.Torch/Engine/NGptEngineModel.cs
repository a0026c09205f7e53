using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.QueryKeyPreparation;

namespace NGpt.Torch.Engine;

/// <summary>nGPT, written out. Its plain module is <see cref="Models.NGptModel"/>.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal sealed class NGptEngineModel<TLanes, TElement> : EngineModel<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Plans the model.</summary>
    /// <param name="parts">What the engine shares.</param>
    public NGptEngineModel(EngineParts<TLanes, TElement> parts)
        : base(parts) => Complete(
            [.. Enumerable.Range(0, parts.Shape.L).Select(layer => Block(parts, layer))],
            [Output.Scale!]);

    private protected override void Embed() => Embedding.Forward(writesInput: true);

    private protected override void EmbedBackward() => Embedding.Backward(addsInputGradient: true);

    private static EngineBlock<TLanes, TElement> Block(EngineParts<TLanes, TElement> parts, int layer) => parts.Model.Scales!.QueryKeyNormalization switch
    {
        QueryKeyNormalization.Exact => new NGptEngineBlock<TLanes, TElement, Normalized>(parts, layer),
        QueryKeyNormalization.None => new NGptEngineBlock<TLanes, TElement, ScaledOnly>(parts, layer),
        var other => throw new ArgumentOutOfRangeException(nameof(parts), other, "unknown normalization"),
    };
}
