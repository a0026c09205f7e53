using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.HypersphereUpdate;
using NGpt.Torch.Operators.QueryKeyPreparation;

namespace NGpt.Torch.Engine;

/// <summary>One layer of nGPT, written out (docs/method.md, section 2). Its plain module is <see cref="Models.NGptBlock"/>.</summary>
internal sealed unsafe class NGptEngineBlock<TLanes, TElement, TRule> : EngineBlock<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TRule : struct, IQueryKeyRule
{
    private readonly EngineAttentionPart<TLanes, TElement, TRule> _attention;
    private readonly EngineMlpPart<TLanes, TElement, Scaled> _mlp;
    private readonly EngineScale _queryKeyScale;
    private readonly EngineScale _attentionAlpha;
    private readonly EngineScale _upScale;
    private readonly EngineScale _gateScale;
    private readonly EngineScale _mlpAlpha;

    public NGptEngineBlock(EngineParts<TLanes, TElement> parts, int layer)
        : base(parts, layer)
    {
        NGptScales scales = parts.Model.Scales!;
        (int c, int f) = (parts.Shape.C, parts.Shape.F);
        string prefix = ParameterCatalog.LayerPrefix(layer) + ".";
        _queryKeyScale = parts.AddScale(prefix + ParameterCatalog.QueryKeyScale, c, scales.QueryKey, parts.Model.QueryKeyConstant);
        _attentionAlpha = parts.AddScale(prefix + ParameterCatalog.AttentionAlpha, c, scales.Alpha, isAbsolute: true);
        _upScale = parts.AddScale(prefix + ParameterCatalog.UpScale, f, scales.Up);
        _gateScale = parts.AddScale(prefix + ParameterCatalog.GateScale, f, scales.Gate, Math.Sqrt(c));
        _mlpAlpha = parts.AddScale(prefix + ParameterCatalog.MlpAlpha, c, scales.Alpha, isAbsolute: true);
        _attention = new(parts, layer, _queryKeyScale, MathF.Sqrt(parts.Shape.D));
        _mlp = new(parts, layer, _upScale, _gateScale);
    }

    public override IEnumerable<EngineScale> Scales => [_queryKeyScale, _attentionAlpha, _upScale, _gateScale, _mlpAlpha];

    public override IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices => [.. _attention.Matrices, .. _mlp.Matrices];

    private TElement* AttentionBranch => (TElement*)Memory.AttentionBranch.Address;

    private TElement* MlpBranch => (TElement*)Memory.MlpBranch.Address;

    public override void PrepareProducts()
    {
        _attention.PrepareProducts();
        _mlp.PrepareProducts();
    }

    public override void Forward()
    {
        ComputeActivations();
        Update(_mlpAlpha, MiddleHidden, MlpBranch, NextHidden, NextInput);      // h = Norm(h + α_M∘(Norm(h_M) − h))    [N, C]
    }

    public override void ComputeActivations()
    {
        _attention.Project();                                                   // q, k, v = h Wqᵀ, h Wkᵀ, h Wvᵀ         [N, 3C]
        _attention.PrepareQueriesAndKeys();                                     // q = Norm(RoPE(q))∘s_qk·√D, k likewise [B, H, T, D]
        _attention.Attend();                                                    // softmax(q kᵀ) v                       [N, C]
        _attention.ProjectOutput();                                             // h_A                                   [N, C]
        Update(_attentionAlpha, Hidden, AttentionBranch, MiddleHidden, (TElement*)Memory.MlpInput.Address);
        _mlp.ProjectUpAndGate();                                                // u, v = h Wuᵀ, h Wvᵀ                   [N, 2F]
        _mlp.Gate();                                                            // (u∘s_u)∘SiLU(v∘s_v·√C)                [N, F]
        _mlp.ProjectDown();                                                     // h_M                                   [N, C]
    }

    public override void Backward()
    {
        UpdateBackward(_mlpAlpha, MiddleHidden, MlpBranch, isFirst: false);
        _mlp.ProjectDownBackward();
        _mlp.GateBackward();
        _mlp.ProjectUpAndGateBackward();
        UpdateBackward(_attentionAlpha, Hidden, AttentionBranch, isFirst: Layer == 0);
        _attention.ProjectOutputBackward();
        _attention.PrepareQueriesAndKeys();                                     // again: their memory is shared by all layers
        _attention.AttendBackward();
        _attention.PrepareQueriesAndKeysBackward();
        _attention.ProjectBackward();
    }

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
}
