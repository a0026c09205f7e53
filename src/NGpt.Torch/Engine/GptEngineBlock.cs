using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.QueryKeyPreparation;
using NGpt.Torch.Operators.RmsNorm;

namespace NGpt.Torch.Engine;

/// <summary>
/// One layer of the baseline, written out. Its plain module is <see cref="Models.GptBlock"/>; each residual addition is
/// one kernel with the norm that follows it, so that a block begins with the norm's output in place.
/// </summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal sealed unsafe class GptEngineBlock<TLanes, TElement> : EngineBlock<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly float _attentionScale;
    private readonly EngineScale _attentionNorm;
    private readonly EngineScale _mlpNorm;
    private readonly EngineScale _nextNorm;

    /// <summary>Plans the block.</summary>
    /// <param name="parts">What the engine gives to every block.</param>
    /// <param name="layer">Number of the block.</param>
    /// <param name="norms">Gains of every layer's first norm and of the final one.</param>
    public GptEngineBlock(EngineParts<TLanes, TElement> parts, int layer, IReadOnlyList<EngineScale> norms)
        : base(parts, layer)
    {
        _attentionScale = 1 / MathF.Sqrt(parts.Shape.D);
        (_attentionNorm, _nextNorm) = (norms[layer], norms[layer + 1]);
        _mlpNorm = parts.AddGain($"model.layers.{layer}.post_attention_layernorm.weight", parts.Shape.C);
    }

    /// <inheritdoc/>
    public override IEnumerable<EngineScale> Scales => [_attentionNorm, _mlpNorm];

    /// <inheritdoc/>
    public override void ForwardToBranch()
    {
        ProjectQueriesKeysValues();                     // q, k, v = x Wqᵀ, x Wkᵀ, x Wvᵀ                [N, 3C]
        PrepareQueriesAndKeys();                        // RoPE; 1/√D into q                            [B, H, T, D]
        Attend();                                       // softmax(q kᵀ) v                              [N, C]
        ProjectAttended();                              // h_A                                          [N, C]
        AddAttention();                                 // h = h + h_A, x = RMSNorm(h)                  [N, C]
        ProjectUpAndGate();                             // u, v = x Wuᵀ, x Wvᵀ                          [N, 2F]
        Gate();                                         // u∘SiLU(v)                                    [N, F]
        ProjectDown();                                  // h_M                                          [N, C]
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        NormBackward(_nextNorm, NextHidden);
        DownBackward();
        GateBackward();
        DownWeightGradient();
        UpAndGateBackward();
        NormBackward(_mlpNorm, MiddleHidden);
        AttendedBackward();
        PrepareQueriesAndKeys();                        // again: their memory is shared by all layers
        AttendBackward();
        PrepareQueriesAndKeysBackward();
        QueriesKeysValuesBackward();
        if (Layer == 0)
        {
            NormBackward(_attentionNorm, Hidden);
        }
    }

    /// <summary>h = h + h_M, and the norm of the next block.</summary>
    protected override void FinishForward() => Add(_nextNorm, MiddleHidden, Memory.MlpBranch, NextHidden, NextInput);

    private void AddAttention() => Add(_mlpNorm, Hidden, Memory.AttentionBranch, MiddleHidden, (TElement*)Memory.MlpInput.Address);

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

    private void PrepareQueriesAndKeys() => PrepareQueriesAndKeys<RotatedOnly>(scale: null, _attentionScale);

    private void PrepareQueriesAndKeysBackward() => PrepareQueriesAndKeysBackward<RotatedOnly>(scale: null, _attentionScale);

    private void Gate() => Gate<Unscaled>(up: null, gate: null);

    private void GateBackward() => GateBackward<Unscaled>(up: null, gate: null);
}
