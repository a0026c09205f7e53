using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.RmsNorm;

namespace NGpt.Torch.Engine;

/// <summary>The baseline, written out. Its plain module is <see cref="Models.GptModel"/>.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal sealed unsafe class GptEngineModel<TLanes, TElement> : EngineModel<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineScale _firstNorm;

    /// <summary>Plans the model.</summary>
    /// <param name="parts">What the engine shares.</param>
    public GptEngineModel(EngineParts<TLanes, TElement> parts)
        : base(parts)
    {
        int layers = parts.Shape.L;
        EngineScale[] norms =
        [
            .. Enumerable.Range(0, layers).Select(layer => parts.AddGain($"model.layers.{layer}.input_layernorm.weight", parts.Shape.C)),
            parts.AddGain("model.norm.weight", parts.Shape.C),
        ];
        _firstNorm = norms[0];
        Complete([.. Enumerable.Range(0, layers).Select(layer => new GptEngineBlock<TLanes, TElement>(parts, layer, norms))], [norms[layers]]);
    }

    // The norm of the first layer has no addition before it.
    private protected override void Embed()
    {
        Embedding.Forward(writesInput: false);
        Parts.Context.Run(Stage.ResidualUpdate, new ResidualNormForward<TLanes, TElement>
        {
            Hidden = (float*)Parts.Hidden[0].Address,
            Branch = null,
            Gain = _firstNorm.Effective,
            Output = null,
            Normalized = (TElement*)Parts.Inputs[0].Address,
            Epsilon = (float)Parts.Model.RmsNormEpsilon,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.C,
        });
    }

    private protected override void EmbedBackward() => Embedding.Backward(addsInputGradient: false);
}
