using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.QueryKeyPreparation;

namespace NGpt.Torch.Engine;

/// <summary>
/// Attention of one layer, forward and backward: the joint query, key and value projection, their preparation by head, the
/// attention product, the output projection. The rule says what an architecture does to queries and keys. The constructor plans
/// memory; <see cref="PrepareProducts"/> follows once it is allocated.
/// </summary>
internal sealed unsafe class EngineAttentionPart<TLanes, TElement, TRule>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TRule : struct, IQueryKeyRule
{
    private readonly EngineParts<TLanes, TElement> _parts;
    private readonly int _layer;
    private readonly LayerMemory _memory;
    private readonly PackedWeight _queryKeyValue;
    private readonly PackedWeight _output;
    private readonly EngineScale? _queryKeyScale;
    private readonly float _attentionScale;
    private MatrixProduct _project = null!;
    private MatrixProduct _projectOutput = null!;
    private MatrixProduct _attendedGradient = null!;
    private MatrixProduct _inputGradient = null!;
    private WeightGradient<TLanes, TElement> _queryKeyValueGradient = null!;
    private WeightGradient<TLanes, TElement> _outputGradient = null!;

    public EngineAttentionPart(EngineParts<TLanes, TElement> parts, int layer, EngineScale? queryKeyScale, float attentionScale)
    {
        (_parts, _layer, _memory, _queryKeyScale, _attentionScale) = (parts, layer, parts.Layers[layer], queryKeyScale, attentionScale);
        int c = parts.Shape.C;
        _queryKeyValue = parts.AddWeight($"layer {layer}: query, key, value", 3 * c, c);
        _output = parts.AddWeight($"layer {layer}: attention output", c, c);
    }

    /// <summary>Where the optimizer finds the matrices, by the end of their names.</summary>
    public IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices =>
    [
        (ParameterCatalog.Query, _queryKeyValue, 0),
        (ParameterCatalog.Key, _queryKeyValue, _parts.Shape.C),
        (ParameterCatalog.Value, _queryKeyValue, 2 * _parts.Shape.C),
        (ParameterCatalog.AttentionOutput, _output, 0),
    ];

    public void PrepareProducts()
    {
        int c = _parts.Shape.C;
        MatrixView input = _parts.Rows(_parts.Inputs[_layer], c);
        MatrixView projected = _parts.Rows(_memory.Projected, 3 * c);
        MatrixView attended = _parts.Rows(_memory.Attended, c);
        MatrixView branchGradient = _parts.Rows(_parts.Shared.BranchGradient, c);
        _project = _parts.Prepare(input, _queryKeyValue.Weights.Transposed, projected);
        _projectOutput = _parts.Prepare(attended, _output.Weights.Transposed, _parts.Rows(_memory.AttentionBranch, c));
        _attendedGradient = _parts.Prepare(branchGradient, _output.Weights, _parts.Rows(_parts.Shared.AttendedGradient, c));
        _inputGradient = _parts.Prepare(projected, _queryKeyValue.Weights, _parts.Rows(_parts.Shared.InputGradient, c));
        _outputGradient = _parts.Gradient(_output, branchGradient, attended);
        _queryKeyValueGradient = _parts.Gradient(_queryKeyValue, projected, input);
    }

    /// <summary>q, k, v = x Wqᵀ, x Wkᵀ, x Wvᵀ, side by side [N, 3C].</summary>
    public void Project() => _parts.Multiply(_project);

    /// <summary>Queries, keys and values by head: rotated, and as the rule says normalized and scaled [B, H, T, D].</summary>
    public void PrepareQueriesAndKeys() => _parts.Context.Run(Stage.QueryKeyPreparation, new QueryKeyForward<TLanes, TElement, TRule>
    {
        Projected = (TElement*)_memory.Projected.Address,
        Cosines = _parts.Rotary.Cosines,
        Sines = _parts.Rotary.Sines,
        Scale = _queryKeyScale is null ? null : _queryKeyScale.Effective,
        AttentionScale = _attentionScale,
        Queries = (TElement*)_parts.Attention.Queries.Address,
        Keys = (TElement*)_parts.Attention.Keys.Address,
        Values = (TElement*)_parts.Attention.Values.Address,
        Batch = _parts.Shape.B,
        Length = _parts.Shape.T,
        HeadCount = _parts.Shape.H,
        HeadWidth = _parts.Shape.D,
    });

    /// <summary>Causal softmax attention over all heads [N, C].</summary>
    public void Attend() => _parts.Attention.Forward(_layer, _memory.Attended);

    /// <summary>h_A = attended Woᵀ [N, C].</summary>
    public void ProjectOutput() => _parts.Multiply(_projectOutput);

    /// <summary>Gradients of Wo and of the attended values, from that of h_A.</summary>
    public void ProjectOutputBackward()
    {
        _outputGradient.Compute();
        _parts.Multiply(_attendedGradient);
    }

    /// <summary>Gradients of the prepared queries, keys and values.</summary>
    public void AttendBackward() => _parts.Attention.Backward(_layer, _parts.Shared.AttendedGradient);

    /// <summary>Gradients of the projected queries, keys and values, and of s_qk.</summary>
    public void PrepareQueriesAndKeysBackward() => _parts.Context.Run(Stage.QueryKeyPreparation, new QueryKeyBackward<TLanes, TElement, TRule>
    {
        Projected = (TElement*)_memory.Projected.Address,
        Cosines = _parts.Rotary.Cosines,
        Sines = _parts.Rotary.Sines,
        Scale = _queryKeyScale is null ? null : _queryKeyScale.Effective,
        AttentionScale = _attentionScale,
        QueryGradients = (TElement*)_parts.Attention.QueryGradients.Address,
        KeyGradients = (TElement*)_parts.Attention.KeyGradients.Address,
        ValueGradients = (TElement*)_parts.Attention.ValueGradients.Address,
        ScaleGradients = _queryKeyScale is null ? null : _queryKeyScale.Sums,
        Batch = _parts.Shape.B,
        Length = _parts.Shape.T,
        HeadCount = _parts.Shape.H,
        HeadWidth = _parts.Shape.D,
    });

    /// <summary>Gradients of Wq, Wk, Wv and of the input.</summary>
    public void ProjectBackward()
    {
        _queryKeyValueGradient.Compute();
        _parts.Multiply(_inputGradient);
    }
}
