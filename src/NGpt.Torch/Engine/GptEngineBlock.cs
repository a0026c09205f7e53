using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.QueryKeyPreparation;
using NGpt.Torch.Operators.ResidualNorm;

namespace NGpt.Torch.Engine;

/// <summary>
/// One layer of the baseline, written out. Its plain module is <see cref="Models.GptBlock"/>. Each residual addition is one kernel
/// with the norm that follows it, so a block starts with the output of its first norm already computed.
/// </summary>
internal sealed unsafe class GptEngineBlock<TLanes, TElement> : EngineBlock<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineAttentionPart<TLanes, TElement, RotatedOnly> _attention;
    private readonly EngineMlpPart<TLanes, TElement, Unscaled> _mlp;
    private readonly EngineScale _attentionNorm;
    private readonly EngineScale _mlpNorm;
    private readonly EngineScale _nextNorm;

    public GptEngineBlock(EngineParts<TLanes, TElement> parts, int layer, IReadOnlyList<EngineScale> norms)
        : base(parts, layer)
    {
        (_attentionNorm, _nextNorm) = (norms[layer], norms[layer + 1]);
        _mlpNorm = parts.AddGain($"{ParameterCatalog.LayerPrefix(layer)}.{ParameterCatalog.MlpNorm}", parts.Shape.C);
        _attention = new(parts, layer, queryKeyScale: null, 1 / MathF.Sqrt(parts.Shape.D));
        _mlp = new(parts, layer, upScale: null, gateScale: null);
    }

    public override IEnumerable<EngineScale> Scales => [_attentionNorm, _mlpNorm];

    public override IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices => [.. _attention.Matrices, .. _mlp.Matrices];

    public override void PrepareProducts()
    {
        _attention.PrepareProducts();
        _mlp.PrepareProducts();
    }

    public override void Forward()
    {
        ComputeActivations();
        Add(_nextNorm, MiddleHidden, Memory.MlpBranch, NextHidden, NextInput);  // h = h + h_M, x = RMSNorm(h)           [N, C]
    }

    public override void ComputeActivations()
    {
        _attention.Project();                                                   // q, k, v = x Wqᵀ, x Wkᵀ, x Wvᵀ         [N, 3C]
        _attention.PrepareQueriesAndKeys();                                     // RoPE; 1/√D into q                     [B, H, T, D]
        _attention.Attend();                                                    // softmax(q kᵀ) v                       [N, C]
        _attention.ProjectOutput();                                             // h_A                                   [N, C]
        Add(_mlpNorm, Hidden, Memory.AttentionBranch, MiddleHidden, (TElement*)Memory.MlpInput.Address);
        _mlp.ProjectUpAndGate();                                                // u, v = x Wuᵀ, x Wvᵀ                   [N, 2F]
        _mlp.Gate();                                                            // u∘SiLU(v)                             [N, F]
        _mlp.ProjectDown();                                                     // h_M                                   [N, C]
    }

    public override void Backward()
    {
        NormBackward(_nextNorm, NextHidden);
        _mlp.ProjectDownBackward();
        _mlp.GateBackward();
        _mlp.ProjectUpAndGateBackward();
        NormBackward(_mlpNorm, MiddleHidden);
        _attention.ProjectOutputBackward();
        _attention.PrepareQueriesAndKeys();                                     // again: their memory is shared by all layers
        _attention.AttendBackward();
        _attention.PrepareQueriesAndKeysBackward();
        _attention.ProjectBackward();
        if (Layer == 0)
        {
            NormBackward(_attentionNorm, Hidden);
        }
    }

    private void Add(EngineScale norm, float* hidden, ArenaRegion branch, float* output, TElement* normalized) =>
        Parts.Context.Run(Stage.ResidualUpdate, new ResidualNormForward<TLanes, TElement>
        {
            Hidden = hidden,
            Branch = (TElement*)branch.Address,
            Gain = norm.Effective,
            Output = output,
            Normalized = normalized,
            Epsilon = (float)Parts.Model.RmsNormEpsilon,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.C,
        });

    private void NormBackward(EngineScale norm, float* hidden) =>
        Parts.Context.Run(Stage.ResidualUpdate, new ResidualNormBackward<TLanes, TElement>
        {
            Hidden = hidden,
            Gain = norm.Effective,
            ResidualGradient = (float*)Parts.Shared.ResidualGradient.Address,
            OutputGradient = (TElement*)Parts.Shared.InputGradient.Address,
            BranchGradient = (TElement*)Parts.Shared.BranchGradient.Address,
            GainGradients = norm.Sums,
            Epsilon = (float)Parts.Model.RmsNormEpsilon,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.C,
        });
}
