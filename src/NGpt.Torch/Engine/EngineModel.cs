using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Reductions;

namespace NGpt.Torch.Engine;

/// <summary>A whole model, written out: embedding, blocks, output; forward and backward.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal abstract unsafe class EngineModel<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private EngineScale[] _scales = [];
    private PackedWeight[] _summedWeights = [];

    /// <summary>Begins the plan of a model.</summary>
    /// <param name="parts">What the engine shares.</param>
    private protected EngineModel(EngineParts<TLanes, TElement> parts)
    {
        Parts = parts;
        Embedding = new EngineEmbedding<TLanes, TElement>(parts);
        Output = new EngineOutput<TLanes, TElement>(parts);
    }

    /// <summary>What the engine shares.</summary>
    public EngineParts<TLanes, TElement> Parts { get; }

    /// <summary>Token embedding.</summary>
    public EngineEmbedding<TLanes, TElement> Embedding { get; }

    /// <summary>Output embedding and loss.</summary>
    public EngineOutput<TLanes, TElement> Output { get; }

    /// <summary>All learned vectors: an array, whose enumeration allocates nothing.</summary>
    public EngineScale[] Scales => _scales;

    /// <summary>The layers.</summary>
    protected EngineBlock<TLanes, TElement>[] Blocks { get; private set; } = [];

    /// <summary>Plans a model of either architecture.</summary>
    /// <param name="parts">What the engine shares.</param>
    /// <returns>The model, not yet bound.</returns>
    public static EngineModel<TLanes, TElement> Create(EngineParts<TLanes, TElement> parts) => parts.Model.Architecture switch
    {
        Architecture.NGpt => new NGptEngineModel<TLanes, TElement>(parts),
        Architecture.Gpt => new GptEngineModel<TLanes, TElement>(parts),
        _ => throw new ArgumentOutOfRangeException(nameof(parts), parts.Model.Architecture, "unknown architecture"),
    };

    /// <summary>Where the optimizer finds every matrix that products read.</summary>
    public IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices() =>
        Blocks.SelectMany((block, layer) => block.Matrices.Select(matrix => ($"model.layers.{layer}.{matrix.Name}", matrix.Weight, matrix.FirstRow)))
            .Append(("lm_head.weight", Output.Embedding, 0));

    /// <summary>Prepares all products, once the plan has memory.</summary>
    /// <param name="context">Threads, products, clock.</param>
    public void Bind(EngineContext context)
    {
        Parts.Bind(context);
        Output.Bind();
        foreach (EngineBlock<TLanes, TElement> block in Blocks)
        {
            block.Bind();
        }
    }

    /// <summary>Hidden states of the batch in place, from its tokens.</summary>
    public void Forward()
    {
        Embed();
        foreach (EngineBlock<TLanes, TElement> block in Blocks)
        {
            block.Forward();
        }
    }

    /// <summary>Gradients of everything below the output embedding.</summary>
    public void Backward()
    {
        Clear(Parts.Shared.ResidualGradient.Address, Parts.Shared.ResidualGradient.Bytes);
        for (int layer = Blocks.Length - 1; layer >= 0; layer--)
        {
            if (Parts.Options.Recomputes)
            {
                Blocks[layer].ForwardToBranch();
            }

            Blocks[layer].Backward();
        }

        EmbedBackward();
        foreach (EngineScale scale in _scales)
        {
            scale.CollectGradient();
        }
    }

    /// <summary>Sets all gradients that are sums to zero; the others are overwritten.</summary>
    public void ClearGradients()
    {
        foreach (PackedWeight weight in _summedWeights)
        {
            Clear(weight.GradientAt(0), sizeof(float) * (long)weight.Rows * weight.Columns);
        }

        Clear(Embedding.Gradient.Address, Embedding.Gradient.Bytes);
        foreach (EngineScale scale in _scales)
        {
            scale.ClearGradient();
        }
    }

    /// <summary>Ends the plan.</summary>
    /// <param name="blocks">The layers.</param>
    /// <param name="scales">Learned vectors outside the layers.</param>
    private protected void Complete(EngineBlock<TLanes, TElement>[] blocks, IEnumerable<EngineScale> scales)
    {
        Blocks = blocks;
        _scales = [.. blocks.SelectMany(block => block.Scales), .. scales];
        _summedWeights = [.. Matrices().Select(matrix => matrix.Weight).Distinct().Where(weight => weight.IsSummed)];
        Parts.CompletePlan();
    }

    /// <summary>The hidden states before the first layer and what its first product reads.</summary>
    private protected abstract void Embed();

    /// <summary>Gradient of the token embedding.</summary>
    private protected abstract void EmbedBackward();

    private void Clear(nint data, long bytes) =>
        Parts.Context.Run(Stage.GradientSums, new Clear { Data = (byte*)data, Count = bytes });
}
