using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Engine;

/// <summary>One layer: what the model asks of both architectures, and where a block's inputs and outputs lie.</summary>
internal abstract unsafe class EngineBlock<TLanes, TElement>(EngineParts<TLanes, TElement> parts, int layer)
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    protected EngineParts<TLanes, TElement> Parts { get; } = parts;

    protected int Layer { get; } = layer;

    /// <summary>What the forward pass leaves for the backward pass.</summary>
    protected LayerMemory Memory { get; } = parts.Layers[layer];

    /// <summary>Residual stream before the block, float32 [N, C].</summary>
    protected float* Hidden => (float*)Parts.Hidden[Layer].Address;

    /// <summary>Residual stream between attention and MLP, float32 [N, C].</summary>
    protected float* MiddleHidden => (float*)Memory.MiddleHidden.Address;

    /// <summary>Residual stream after the block, float32 [N, C].</summary>
    protected float* NextHidden => (float*)Parts.Hidden[Layer + 1].Address;

    /// <summary>Input of the next block's, or the output embedding's, first product [N, C].</summary>
    protected TElement* NextInput => (TElement*)Parts.Inputs[Layer + 1].Address;

    /// <summary>The block's learned vectors.</summary>
    public abstract IEnumerable<EngineScale> Scales { get; }

    /// <summary>Where the optimizer finds the block's matrices, by the end of their names.</summary>
    public abstract IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices { get; }

    /// <summary>Prepares the matrix products, once the planned memory is allocated.</summary>
    public abstract void PrepareProducts();

    /// <summary>Runs the block, leaving in memory what the backward pass needs.</summary>
    public abstract void Forward();

    /// <summary>Leaves in memory what the backward pass needs: the forward pass without its last update, which nothing there reads.</summary>
    public abstract void ComputeActivations();

    /// <summary>All gradients, from those of the block's outputs to those of its inputs.</summary>
    public abstract void Backward();
}
