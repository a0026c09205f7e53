using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.HypersphereUpdate;
using NGpt.Torch.Operators.QueryKeyPreparation;

namespace NGpt.Torch.Engine;

/// <summary>One layer of nGPT, written out (specification section 2). Its plain module is <see cref="Models.NGptBlock"/>.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
/// <typeparam name="TRule">Whether queries and keys are normalized.</typeparam>
internal sealed unsafe class NGptEngineBlock<TLanes, TElement, TRule> : EngineBlock<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TRule : struct, IQueryKeyRule
{
    private readonly float _attentionScale;
    private readonly EngineScale _queryKeyScale;
    private readonly EngineScale _attentionAlpha;
    private readonly EngineScale _upScale;
    private readonly EngineScale _gateScale;
    private readonly EngineScale _mlpAlpha;

    /// <summary>Plans the block.</summary>
    /// <param name="parts">What the engine gives to every block.</param>
    /// <param name="layer">Number of the block.</param>
    public NGptEngineBlock(EngineParts<TLanes, TElement> parts, int layer)
        : base(parts, layer)
    {
        NGptScales scales = parts.Model.Scales!;
        (int c, int f) = (parts.Shape.C, parts.Shape.F);
        _attentionScale = MathF.Sqrt(parts.Shape.D);
        string prefix = $"model.layers.{layer}.";
        _queryKeyScale = parts.AddScale(prefix + "self_attn.sqk", c, scales.QueryKey, parts.Model.QueryKeyConstant);
        _attentionAlpha = parts.AddScale(prefix + "attn_alpha", c, scales.Alpha, isAbsolute: true);
        _upScale = parts.AddScale(prefix + "mlp.su", f, scales.Up);
        _gateScale = parts.AddScale(prefix + "mlp.sv", f, scales.Gate, Math.Sqrt(c));
        _mlpAlpha = parts.AddScale(prefix + "mlp_alpha", c, scales.Alpha, isAbsolute: true);
    }

    /// <inheritdoc/>
    public override IEnumerable<EngineScale> Scales => [_queryKeyScale, _attentionAlpha, _upScale, _gateScale, _mlpAlpha];

    /// <inheritdoc/>
    public override void ForwardToBranch()
    {
        ProjectQueriesKeysValues();                     // q, k, v = h Wqᵀ, h Wkᵀ, h Wvᵀ                [N, 3C]
        PrepareQueriesAndKeys();                        // q = Norm(RoPE(q))∘s_qk·√D, k likewise        [B, H, T, D]
        Attend();                                       // softmax(q kᵀ) v                              [N, C]
        ProjectAttended();                              // h_A                                          [N, C]
        UpdateAfterAttention();                         // h = Norm(h + α_A∘(Norm(h_A) − h))            [N, C]
        ProjectUpAndGate();                             // u, v = h Wuᵀ, h Wvᵀ                          [N, 2F]
        Gate();                                         // (u∘s_u)∘SiLU(v∘s_v·√C)                       [N, F]
        ProjectDown();                                  // h_M                                          [N, C]
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        UpdateBackward(_mlpAlpha, MiddleHidden, (TElement*)Memory.MlpBranch.Address, isFirst: false);
        DownBackward();
        GateBackward();
        DownWeightGradient();
        UpAndGateBackward();
        UpdateBackward(_attentionAlpha, Hidden, (TElement*)Memory.AttentionBranch.Address, isFirst: Layer == 0);
        AttendedBackward();
        PrepareQueriesAndKeys();                        // again: their memory is shared by all layers
        AttendBackward();
        PrepareQueriesAndKeysBackward();
        QueriesKeysValuesBackward();
    }

    /// <summary>h = Norm(h + α_M∘(Norm(h_M) − h)).</summary>
    protected override void FinishForward() => Update(_mlpAlpha, MiddleHidden, (TElement*)Memory.MlpBranch.Address, NextHidden, NextInput);

    private void UpdateAfterAttention() =>
        Update(_attentionAlpha, Hidden, (TElement*)Memory.AttentionBranch.Address, MiddleHidden, (TElement*)Memory.MlpInput.Address);

    private void Update(EngineScale alpha, float* hidden, TElement* branch, float* output, TElement* outputElements) =>
        Parts.Context.Run(Stage.ResidualUpdate, new HypersphereUpdateForward<TLanes, TElement>
        {
            Hidden = hidden,
            Branch = branch,
            Alpha = alpha.Effective,
            Output = output,
            OutputElements = outputElements,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.C,
        });

    private void UpdateBackward(EngineScale alpha, float* hidden, TElement* branch, bool isFirst) =>
        Parts.Context.Run(Stage.ResidualUpdate, new HypersphereUpdateBackward<TLanes, TElement>
        {
            Hidden = hidden,
            Branch = branch,
            Alpha = alpha.Effective,
            ResidualGradient = (float*)Parts.Shared.ResidualGradient.Address,
            OutputGradient = (TElement*)Parts.Shared.InputGradient.Address,
            BranchGradient = (TElement*)Parts.Shared.BranchGradient.Address,
            AlphaGradients = alpha.Sums,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.C,
            ProjectsResidual = isFirst,
        });

    private void PrepareQueriesAndKeys() => PrepareQueriesAndKeys<TRule>(_queryKeyScale, _attentionScale);

    private void PrepareQueriesAndKeysBackward() => PrepareQueriesAndKeysBackward<TRule>(_queryKeyScale, _attentionScale);

    private void Gate() => Gate<Scaled>(_upScale, _gateScale);

    private void GateBackward() => GateBackward<Scaled>(_upScale, _gateScale);
}
