using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Embedding;

namespace NGpt.Torch.Engine;

/// <summary>The token embedding: rows are looked up in the float32 master, no product reads it.</summary>
internal sealed unsafe class EngineEmbedding<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineParts<TLanes, TElement> _parts;
    private readonly ArenaRegion _gradient;
    private float* _weights;

    /// <summary>Plans the memory.</summary>
    public EngineEmbedding(EngineParts<TLanes, TElement> parts)
    {
        _parts = parts;
        _gradient = parts.Plan.Add(ArenaGroup.Gradients, "token embedding", sizeof(float), parts.Shape.V, parts.Shape.C);
    }

    /// <summary>Gradient of E_in, float32 [V, C].</summary>
    public ArenaRegion Gradient => _gradient;

    /// <summary>Names the master weights.</summary>
    /// <param name="weights">E_in [V, C].</param>
    public void Attach(float* weights) => _weights = weights;

    /// <summary>h = E_in[token].</summary>
    public void Forward(bool writesInput) => _parts.Context.Run(Stage.Embedding, new EmbeddingLookup<TLanes, TElement>
    {
        Embedding = _weights,
        Tokens = (int*)_parts.Shared.Tokens.Address,
        Hidden = (float*)_parts.Hidden[0].Address,
        HiddenElements = writesInput ? (TElement*)_parts.Inputs[0].Address : null,
        RowCount = _parts.Shape.N,
        Width = _parts.Shape.C,
    });

    /// <summary>Adds the gradients of all positions to the rows of their tokens.</summary>
    public void Backward(bool addsInputGradient) => _parts.Context.Run(Stage.Embedding, new EmbeddingGradient<TLanes, TElement>
    {
        Gradient = (float*)_gradient.Address,
        Tokens = (int*)_parts.Shared.Tokens.Address,
        ResidualGradient = (float*)_parts.Shared.ResidualGradient.Address,
        OutputGradient = addsInputGradient ? (TElement*)_parts.Shared.InputGradient.Address : null,
        RowCount = _parts.Shape.N,
        Width = _parts.Shape.C,
    });
}
