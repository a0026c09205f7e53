using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Embedding;

namespace NGpt.Torch.Engine;

/// <summary>The token embedding: rows are looked up in the float32 master, no product reads it.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal sealed unsafe class EngineEmbedding<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineParts<TLanes, TElement> _parts;
    private readonly ArenaRegion _gradient;
    private float* _weights;

    /// <summary>Plans the memory.</summary>
    /// <param name="parts">What the engine shares.</param>
    public EngineEmbedding(EngineParts<TLanes, TElement> parts)
    {
        _parts = parts;
        _gradient = parts.Plan.Add(ArenaGroup.Gradients, "token embedding", sizeof(float), parts.Shape.V, parts.Shape.C);
    }

    /// <summary>Gradient of E_in, float32 [V, C].</summary>
    public ArenaRegion Gradient => _gradient;

    /// <summary>Names the master weights.</summary>
    /// <param name="weights">E_in [V, C].</param>
    public void Bind(float* weights) => _weights = weights;

    /// <summary>h = E_in[token].</summary>
    /// <param name="writesInput">Whether the first product reads h itself (nGPT), not its norm.</param>
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
    /// <param name="addsInputGradient">Whether the gradient of the first product's input is still to be added (nGPT).</param>
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
