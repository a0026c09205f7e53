using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.QueryKeyPreparation;
using NGpt.Torch.Operators.Reductions;

namespace NGpt.Torch.Engine;

/// <summary>A whole model, written out: embedding, blocks, output; forward and backward.</summary>
internal abstract unsafe class EngineModel<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private EngineScale[] _scales = [];
    private PackedWeight[] _summedWeights = [];

    /// <summary>Begins the plan of a model.</summary>
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
    public static EngineModel<TLanes, TElement> Create(EngineParts<TLanes, TElement> parts) => parts.Model.Architecture switch
    {
        Architecture.NGpt => new NGptEngineModel<TLanes, TElement>(parts),
        Architecture.Gpt => new GptEngineModel<TLanes, TElement>(parts),
        _ => throw new ArgumentOutOfRangeException(nameof(parts), parts.Model.Architecture, "unknown architecture"),
    };

    /// <summary>Where the optimizer finds every matrix that products read.</summary>
    public IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices() =>
        Blocks.SelectMany((block, layer) => block.Matrices.Select(matrix => ($"{ParameterCatalog.LayerPrefix(layer)}.{matrix.Name}", matrix.Weight, matrix.FirstRow)))
            .Append((ParameterCatalog.OutputEmbedding, Output.Embedding, 0));

    /// <summary>Prepares all matrix products, once the planned memory is allocated.</summary>
    public void PrepareProducts(EngineContext context)
    {
        Parts.PrepareProducts(context);
        Output.PrepareProducts();
        foreach (EngineBlock<TLanes, TElement> block in Blocks)
        {
            block.PrepareProducts();
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
                Blocks[layer].ComputeActivations();
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
    private protected void FinishPlan(EngineBlock<TLanes, TElement>[] blocks, IEnumerable<EngineScale> scales)
    {
        Blocks = blocks;
        _scales = [.. blocks.SelectMany(block => block.Scales), .. scales];
        _summedWeights = [.. Matrices().Select(matrix => matrix.Weight).Distinct().Where(weight => weight.IsSummed)];
        Parts.FinishPlan();
    }

    /// <summary>The hidden states before the first layer and what its first product reads.</summary>
    private protected abstract void Embed();

    /// <summary>Gradient of the token embedding.</summary>
    private protected abstract void EmbedBackward();

    private void Clear(nint data, long bytes) =>
        Parts.Context.Run(Stage.GradientSums, new Clear { Data = (byte*)data, Count = bytes });
}

/// <summary>nGPT, written out. Its plain module is <see cref="Models.NGptModel"/>.</summary>
internal sealed class NGptEngineModel<TLanes, TElement> : EngineModel<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>Plans the model.</summary>
    public NGptEngineModel(EngineParts<TLanes, TElement> parts)
        : base(parts) => FinishPlan(
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

/// <summary>The baseline, written out. Its plain module is <see cref="Models.GptModel"/>.</summary>
internal sealed unsafe class GptEngineModel<TLanes, TElement> : EngineModel<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineScale _firstNorm;

    /// <summary>Plans the model.</summary>
    public GptEngineModel(EngineParts<TLanes, TElement> parts)
        : base(parts)
    {
        int layers = parts.Shape.L;
        EngineScale[] norms =
        [
            .. Enumerable.Range(0, layers).Select(layer => parts.AddGain($"{ParameterCatalog.LayerPrefix(layer)}.{ParameterCatalog.AttentionNorm}", parts.Shape.C)),
            parts.AddGain(ParameterCatalog.FinalNorm, parts.Shape.C),
        ];
        _firstNorm = norms[0];
        FinishPlan([.. Enumerable.Range(0, layers).Select(layer => new GptEngineBlock<TLanes, TElement>(parts, layer, norms))], [norms[layers]]);
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
