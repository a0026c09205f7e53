using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.ScaledSwiGlu;

namespace NGpt.Torch.Engine;

/// <summary>
/// The gated MLP of one layer, forward and backward. The scaling says whether u and v have scales. The constructor plans memory;
/// <see cref="PrepareProducts"/> follows once it is allocated.
/// </summary>
internal sealed unsafe class EngineMlpPart<TLanes, TElement, TScaling>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TScaling : struct, IScaling
{
    private readonly EngineParts<TLanes, TElement> _parts;
    private readonly LayerMemory _memory;
    private readonly PackedWeight _upAndGate;
    private readonly PackedWeight _down;
    private readonly EngineScale? _upScale;
    private readonly EngineScale? _gateScale;
    private MatrixProduct _projectUpAndGate = null!;
    private MatrixProduct _projectDown = null!;
    private MatrixProduct _hiddenGradient = null!;
    private MatrixProduct _inputGradient = null!;
    private WeightGradient<TLanes, TElement> _upAndGateGradient = null!;
    private WeightGradient<TLanes, TElement> _downGradient = null!;

    public EngineMlpPart(EngineParts<TLanes, TElement> parts, int layer, EngineScale? upScale, EngineScale? gateScale)
    {
        (_parts, _memory, _upScale, _gateScale) = (parts, parts.Layers[layer], upScale, gateScale);
        (int c, int f) = (parts.Shape.C, parts.Shape.F);
        _upAndGate = parts.AddWeight($"layer {layer}: up, gate", 2 * f, c);
        _down = parts.AddWeight($"layer {layer}: down", c, f);
    }

    /// <summary>Where the optimizer finds the matrices, by the end of their names.</summary>
    public IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices =>
    [
        (ParameterCatalog.Up, _upAndGate, 0),
        (ParameterCatalog.Gate, _upAndGate, _parts.Shape.F),
        (ParameterCatalog.Down, _down, 0),
    ];

    public void PrepareProducts()
    {
        (int c, int f) = (_parts.Shape.C, _parts.Shape.F);
        MatrixView input = _parts.Rows(_memory.MlpInput, c);
        MatrixView upAndGate = _parts.Rows(_memory.UpAndGate, 2 * f);
        MatrixView hidden = _parts.Rows(_parts.Shared.MlpHidden, f);
        MatrixView branchGradient = _parts.Rows(_parts.Shared.BranchGradient, c);
        _projectUpAndGate = _parts.Prepare(input, _upAndGate.Weights.Transposed, upAndGate);
        _projectDown = _parts.Prepare(hidden, _down.Weights.Transposed, _parts.Rows(_memory.MlpBranch, c));
        _hiddenGradient = _parts.Prepare(branchGradient, _down.Weights, _parts.Rows(_parts.Shared.MlpHiddenGradient, f));
        _inputGradient = _parts.Prepare(upAndGate, _upAndGate.Weights, _parts.Rows(_parts.Shared.InputGradient, c));
        _downGradient = _parts.Gradient(_down, branchGradient, hidden);
        _upAndGateGradient = _parts.Gradient(_upAndGate, upAndGate, input);
    }

    /// <summary>u, v = x Wuᵀ, x Wvᵀ, side by side [N, 2F].</summary>
    public void ProjectUpAndGate() => _parts.Multiply(_projectUpAndGate);

    /// <summary>The gated hidden state (u∘s_u)∘SiLU(v∘s_v·√C), or u∘SiLU(v) [N, F].</summary>
    public void Gate() => _parts.Context.Run(Stage.SwiGlu, new SwiGluForward<TLanes, TElement, TScaling>
    {
        Up = (TElement*)_memory.UpAndGate.Address,
        Gate = (TElement*)_memory.UpAndGate.Address + _parts.Shape.F,
        InputStride = 2 * _parts.Shape.F,
        UpScale = _upScale is null ? null : _upScale.Effective,
        GateScale = _gateScale is null ? null : _gateScale.Effective,
        Output = (TElement*)_parts.Shared.MlpHidden.Address,
        RowCount = _parts.Shape.N,
        Width = _parts.Shape.F,
    });

    /// <summary>h_M = hidden Woᵀ [N, C].</summary>
    public void ProjectDown() => _parts.Multiply(_projectDown);

    /// <summary>Gradient of the hidden state, from that of h_M.</summary>
    public void ProjectDownBackward() => _parts.Multiply(_hiddenGradient);

    /// <summary>Gradients of u, v and their scales; it recomputes the hidden state, which the gradient of Wo reads.</summary>
    public void GateBackward()
    {
        _parts.Context.Run(Stage.SwiGlu, new SwiGluBackward<TLanes, TElement, TScaling>
        {
            UpAndGate = (TElement*)_memory.UpAndGate.Address,
            UpScale = _upScale is null ? null : _upScale.Effective,
            GateScale = _gateScale is null ? null : _gateScale.Effective,
            OutputGradient = (TElement*)_parts.Shared.MlpHiddenGradient.Address,
            Output = (TElement*)_parts.Shared.MlpHidden.Address,
            UpScaleGradients = _upScale is null ? null : _upScale.Sums,
            GateScaleGradients = _gateScale is null ? null : _gateScale.Sums,
            RowCount = _parts.Shape.N,
            Width = _parts.Shape.F,
        });
        _downGradient.Compute();
    }

    /// <summary>Gradients of Wu, Wv and of the input.</summary>
    public void ProjectUpAndGateBackward()
    {
        _upAndGateGradient.Compute();
        _parts.Multiply(_inputGradient);
    }
}
