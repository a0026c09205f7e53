using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.QueryKeyPreparation;
using NGpt.Torch.Operators.ScaledSwiGlu;

namespace NGpt.Torch.Engine;

/// <summary>
/// What the blocks of both architectures share: the projections around attention and MLP, forward and backward. A
/// subclass says in which order, and what happens in between; it reads like its plain module.
/// </summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal abstract unsafe class EngineBlock<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private MatrixProduct _projectQueryKeyValue = null!;
    private MatrixProduct _projectAttended = null!;
    private MatrixProduct _projectUpAndGate = null!;
    private MatrixProduct _projectDown = null!;
    private MatrixProduct _gradientOfHidden = null!;
    private MatrixProduct _gradientOfMlpInput = null!;
    private MatrixProduct _gradientOfAttended = null!;
    private MatrixProduct _gradientOfAttentionInput = null!;
    private WeightGradient<TLanes, TElement> _queryKeyValueGradient = null!;
    private WeightGradient<TLanes, TElement> _outputGradient = null!;
    private WeightGradient<TLanes, TElement> _upAndGateGradient = null!;
    private WeightGradient<TLanes, TElement> _downGradient = null!;

    /// <summary>Plans the block's weights.</summary>
    /// <param name="parts">What the engine gives to every block.</param>
    /// <param name="layer">Number of the block.</param>
    private protected EngineBlock(EngineParts<TLanes, TElement> parts, int layer)
    {
        (Parts, Layer, Memory) = (parts, layer, parts.Layers[layer]);
        EngineShape s = parts.Shape;
        string prefix = $"layer {layer}: ";
        QueryKeyValue = parts.AddWeight($"{prefix}query, key, value", 3 * s.C, s.C);
        Output = parts.AddWeight($"{prefix}attention output", s.C, s.C);
        UpAndGate = parts.AddWeight($"{prefix}up, gate", 2 * s.F, s.C);
        Down = parts.AddWeight($"{prefix}down", s.C, s.F);
    }

    /// <summary>What the engine gives to every block.</summary>
    protected EngineParts<TLanes, TElement> Parts { get; }

    /// <summary>Number of the block.</summary>
    protected int Layer { get; }

    /// <summary>What the forward pass leaves for the backward pass.</summary>
    protected LayerMemory Memory { get; }

    private PackedWeight QueryKeyValue { get; }

    private PackedWeight Output { get; }

    private PackedWeight UpAndGate { get; }

    private PackedWeight Down { get; }

    /// <summary>The block's learned vectors.</summary>
    public abstract IEnumerable<EngineScale> Scales { get; }

    /// <summary>Where the optimizer finds the block's matrices, by the end of their names.</summary>
    public IEnumerable<(string Name, PackedWeight Weight, int FirstRow)> Matrices =>
    [
        ("self_attn.q_proj.weight", QueryKeyValue, 0),
        ("self_attn.k_proj.weight", QueryKeyValue, Parts.Shape.C),
        ("self_attn.v_proj.weight", QueryKeyValue, 2 * Parts.Shape.C),
        ("self_attn.o_proj.weight", Output, 0),
        ("mlp.up_proj.weight", UpAndGate, 0),
        ("mlp.gate_proj.weight", UpAndGate, Parts.Shape.F),
        ("mlp.down_proj.weight", Down, 0),
    ];

    /// <summary>Residual stream before the block, float32 [N, C].</summary>
    protected float* Hidden => (float*)Parts.Hidden[Layer].Address;

    /// <summary>Residual stream between attention and MLP, float32 [N, C].</summary>
    protected float* MiddleHidden => (float*)Memory.MiddleHidden.Address;

    /// <summary>Residual stream after the block, float32 [N, C].</summary>
    protected float* NextHidden => (float*)Parts.Hidden[Layer + 1].Address;

    /// <summary>What the next block, or the output embedding, multiplies [N, C].</summary>
    protected TElement* NextInput => (TElement*)Parts.Inputs[Layer + 1].Address;

    /// <summary>Runs the block, leaving in memory what the backward pass needs.</summary>
    public void Forward()
    {
        ForwardToBranch();
        FinishForward();
    }

    /// <summary>Gradients of everything, from the gradients of the block's two outputs to those of its two inputs.</summary>
    public abstract void Backward();

    /// <summary>All of the forward pass but its last step, which nothing in the backward pass reads.</summary>
    public abstract void ForwardToBranch();

    /// <summary>The last step: the MLP's output joins the residual stream.</summary>
    protected abstract void FinishForward();

    /// <summary>Prepares the products, once the plan has memory.</summary>
    public void Bind()
    {
        EngineShape s = Parts.Shape;
        MatrixView input = Parts.Rows(Parts.Inputs[Layer], s.C);
        MatrixView projected = Parts.Rows(Memory.Projected, 3 * s.C);
        MatrixView attended = Parts.Rows(Memory.Attended, s.C);
        MatrixView mlpInput = Parts.Rows(Memory.MlpInput, s.C);
        MatrixView upAndGate = Parts.Rows(Memory.UpAndGate, 2 * s.F);
        MatrixView hidden = Parts.Rows(Parts.Shared.MlpHidden, s.F);
        MatrixView hiddenGradient = Parts.Rows(Parts.Shared.MlpHiddenGradient, s.F);
        MatrixView branchGradient = Parts.Rows(Parts.Shared.BranchGradient, s.C);
        MatrixView inputGradient = Parts.Rows(Parts.Shared.InputGradient, s.C);
        MatrixView attendedGradient = Parts.Rows(Parts.Shared.AttendedGradient, s.C);

        // y = x Wᵀ
        _projectQueryKeyValue = Prepare(input, QueryKeyValue.Weights.Transposed, projected);
        _projectAttended = Prepare(attended, Output.Weights.Transposed, Parts.Rows(Memory.AttentionBranch, s.C));
        _projectUpAndGate = Prepare(mlpInput, UpAndGate.Weights.Transposed, upAndGate);
        _projectDown = Prepare(hidden, Down.Weights.Transposed, Parts.Rows(Memory.MlpBranch, s.C));

        // dx = dy W
        _gradientOfHidden = Prepare(branchGradient, Down.Weights, hiddenGradient);
        _gradientOfMlpInput = Prepare(upAndGate, UpAndGate.Weights, inputGradient);
        _gradientOfAttended = Prepare(branchGradient, Output.Weights, attendedGradient);
        _gradientOfAttentionInput = Prepare(projected, QueryKeyValue.Weights, inputGradient);

        // dW = dyᵀ x
        _downGradient = Parts.Gradient(Down, branchGradient, hidden);
        _upAndGateGradient = Parts.Gradient(UpAndGate, upAndGate, mlpInput);
        _outputGradient = Parts.Gradient(Output, branchGradient, attended);
        _queryKeyValueGradient = Parts.Gradient(QueryKeyValue, projected, input);

        MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output) => Parts.Context.Products.Prepare(a, b, output);
    }

    /// <summary>q, k, v = x Wqᵀ, x Wkᵀ, x Wvᵀ, side by side [N, 3C].</summary>
    protected void ProjectQueriesKeysValues() => Multiply(_projectQueryKeyValue);

    /// <summary>Causal softmax attention over all heads [N, C].</summary>
    protected void Attend() => Parts.Attention.Forward(Layer, Memory.Attended);

    /// <summary>h_A = attended Woᵀ [N, C].</summary>
    protected void ProjectAttended() => Multiply(_projectAttended);

    /// <summary>u, v = x Wuᵀ, x Wvᵀ, side by side [N, 2F].</summary>
    protected void ProjectUpAndGate() => Multiply(_projectUpAndGate);

    /// <summary>h_M = hidden Woᵀ [N, C].</summary>
    protected void ProjectDown() => Multiply(_projectDown);

    /// <summary>Gradient of the MLP's hidden state.</summary>
    protected void DownBackward() => Multiply(_gradientOfHidden);

    /// <summary>Gradient of the down projection: after the gate, which computes the hidden state anew.</summary>
    protected void DownWeightGradient() => _downGradient.Compute();

    /// <summary>Gradients of the up and gate projections and of what they read.</summary>
    protected void UpAndGateBackward()
    {
        _upAndGateGradient.Compute();
        Multiply(_gradientOfMlpInput);
    }

    /// <summary>Gradients of the output projection and of the attended values.</summary>
    protected void AttendedBackward()
    {
        _outputGradient.Compute();
        Multiply(_gradientOfAttended);
    }

    /// <summary>Gradients of queries, keys and values by head.</summary>
    protected void AttendBackward() => Parts.Attention.Backward(Layer, Parts.Shared.AttendedGradient);

    /// <summary>Gradients of the joint projection and of what it reads.</summary>
    protected void QueriesKeysValuesBackward()
    {
        _queryKeyValueGradient.Compute();
        Multiply(_gradientOfAttentionInput);
    }

    /// <summary>Queries, keys and values head by head: rotated, and as the rule says normalized and scaled [B, H, T, D].</summary>
    /// <typeparam name="TRule">Whether queries and keys are normalized and scaled.</typeparam>
    /// <param name="scale">s_qk; null for the baseline.</param>
    /// <param name="attentionScale">What q·k is multiplied with; it goes into the queries.</param>
    protected void PrepareQueriesAndKeys<TRule>(EngineScale? scale, float attentionScale)
        where TRule : struct, IQueryKeyRule => Parts.Context.Run(Stage.QueryKeyPreparation, new QueryKeyForward<TLanes, TElement, TRule>
        {
            Projected = (TElement*)Memory.Projected.Address,
            Cosines = Parts.Rotation.Cosines,
            Sines = Parts.Rotation.Sines,
            Scale = scale is null ? null : scale.Effective,
            AttentionScale = attentionScale,
            Queries = (TElement*)Parts.Attention.Queries.Address,
            Keys = (TElement*)Parts.Attention.Keys.Address,
            Values = (TElement*)Parts.Attention.Values.Address,
            Batch = Parts.Shape.B,
            Length = Parts.Shape.T,
            HeadCount = Parts.Shape.H,
            HeadWidth = Parts.Shape.D,
        });

    /// <summary>Gradients of the projections, from those of the prepared queries, keys and values.</summary>
    /// <typeparam name="TRule">Whether queries and keys are normalized and scaled.</typeparam>
    /// <param name="scale">s_qk; null for the baseline.</param>
    /// <param name="attentionScale">What q·k is multiplied with.</param>
    protected void PrepareQueriesAndKeysBackward<TRule>(EngineScale? scale, float attentionScale)
        where TRule : struct, IQueryKeyRule => Parts.Context.Run(Stage.QueryKeyPreparation, new QueryKeyBackward<TLanes, TElement, TRule>
        {
            Projected = (TElement*)Memory.Projected.Address,
            Cosines = Parts.Rotation.Cosines,
            Sines = Parts.Rotation.Sines,
            Scale = scale is null ? null : scale.Effective,
            AttentionScale = attentionScale,
            QueryGradients = (TElement*)Parts.Attention.QueryGradients.Address,
            KeyGradients = (TElement*)Parts.Attention.KeyGradients.Address,
            ValueGradients = (TElement*)Parts.Attention.ValueGradients.Address,
            ScaleGradients = scale is null ? null : scale.Sums,
            Batch = Parts.Shape.B,
            Length = Parts.Shape.T,
            HeadCount = Parts.Shape.H,
            HeadWidth = Parts.Shape.D,
        });

    /// <summary>The gated hidden state (u∘s_u)∘SiLU(v∘s_v·√C), or u∘SiLU(v) [N, F].</summary>
    /// <typeparam name="TScaling">Whether there are scales.</typeparam>
    /// <param name="up">s_u; null for the baseline.</param>
    /// <param name="gate">s_v·√C; null for the baseline.</param>
    protected void Gate<TScaling>(EngineScale? up, EngineScale? gate)
        where TScaling : struct, IScaling => Parts.Context.Run(Stage.SwiGlu, new SwiGluForward<TLanes, TElement, TScaling>
        {
            UpAndGate = (TElement*)Memory.UpAndGate.Address,
            UpScale = up is null ? null : up.Effective,
            GateScale = gate is null ? null : gate.Effective,
            Output = (TElement*)Parts.Shared.MlpHidden.Address,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.F,
        });

    /// <summary>Gradients of u and v, and the hidden state anew.</summary>
    /// <typeparam name="TScaling">Whether there are scales.</typeparam>
    /// <param name="up">s_u; null for the baseline.</param>
    /// <param name="gate">s_v·√C; null for the baseline.</param>
    protected void GateBackward<TScaling>(EngineScale? up, EngineScale? gate)
        where TScaling : struct, IScaling => Parts.Context.Run(Stage.SwiGlu, new SwiGluBackward<TLanes, TElement, TScaling>
        {
            UpAndGate = (TElement*)Memory.UpAndGate.Address,
            UpScale = up is null ? null : up.Effective,
            GateScale = gate is null ? null : gate.Effective,
            OutputGradient = (TElement*)Parts.Shared.MlpHiddenGradient.Address,
            Output = (TElement*)Parts.Shared.MlpHidden.Address,
            UpScaleGradients = up is null ? null : up.Sums,
            GateScaleGradients = gate is null ? null : gate.Sums,
            RowCount = Parts.Shape.N,
            Width = Parts.Shape.F,
        });

    private void Multiply(MatrixProduct product) => Parts.Context.Multiply(Stage.MatrixProducts, product);
}
