using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;

namespace NGpt.Torch.Engine;

/// <summary>
/// The fast path of training on a CPU: forward and backward pass of the fixed graph over one arena, without autograd
/// and without allocation. It works on the parameters of a plain model, so that everything else (checkpoints,
/// generation, plots) sees the same weights.
/// </summary>
internal sealed unsafe class FastEngine<TLanes, TElement> : IInspectableEngine
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineModel<TLanes, TElement> _model;
    private readonly EngineOptimizer<TLanes, TElement> _optimizer;
    private readonly EngineContext _context;
    private readonly Arena _arena;
    private bool _isClear = true;

    /// <summary>Plans, allocates and prepares everything.</summary>
    public FastEngine(EngineModel<TLanes, TElement> model, AdamState state, OptimizerSettings settings, Precision precision, EngineContext context)
    {
        (_model, _context, Optimizer, Precision) = (model, context, state, precision);
        _optimizer = new EngineOptimizer<TLanes, TElement>(model, state, settings);
        _arena = model.Parts.Plan.Allocate();
        model.PrepareProducts(context);
        _optimizer.AttachParameters();
        _optimizer.Refresh();
    }

    /// <inheritdoc/>
    public string Description =>
        $"fast engine ({(Precision == Precision.Bf16 ? "bf16" : "float32")}, {TLanes.Name}, products by {_context.Products.Description}, {_context.Team.Description})";

    /// <inheritdoc/>
    public Precision Precision { get; }

    /// <inheritdoc/>
    public AdamState Optimizer { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StageTime> StageTimes => _context.Clock.Read();

    /// <inheritdoc/>
    public ArenaPlan Plan => _model.Parts.Plan;

    private EngineShape Shape => _model.Parts.Shape;

    private Span<float> Losses => new((float*)_model.Parts.Shared.Losses.Address, Shape.N);

    /// <inheritdoc/>
    public void ClearGradients()
    {
        _context.Clock.Reset();
        _model.ClearGradients();
        _isClear = true;
    }

    /// <inheritdoc/>
    public double AddGradients(TokenBatch batch, double weight)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count != Shape.B)
        {
            throw new ArgumentException($"a training batch has {Shape.B} windows, not {batch.Count}", nameof(batch));
        }

        if (!_isClear && !_model.Parts.Options.SumsGradients)
        {
            throw new InvalidOperationException("this engine was made for one pass a step");
        }

        _isClear = false;
        // A batch without any target has a loss and gradients of 0.
        int targets = Math.Max(1, batch.CountTargets());
        Load(batch);
        _model.Forward();
        _model.Output.Run((float)(weight / targets));
        _model.Backward();
        double sum = 0;
        foreach (float loss in Losses)
        {
            sum += loss;
        }

        return sum / targets;
    }

    /// <inheritdoc/>
    public double GradientNorm() => _optimizer.GradientNorm();

    /// <inheritdoc/>
    public string? FirstNonFiniteGradient() => _optimizer.FirstNonFiniteGradient();

    /// <inheritdoc/>
    public void Update(double learningRate, double gradientScale) => _optimizer.Step(learningRate, gradientScale);

    /// <inheritdoc/>
    public void Evaluate(TokenBatch batch, Span<float> losses)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Load(batch);
        _model.Forward();
        _model.Output.Run(0);
        Losses[..batch.Inputs.Length].CopyTo(losses);
    }

    /// <inheritdoc/>
    public double? MaxNormError() => _model.Parts.Model.Architecture == Architecture.NGpt ? _optimizer.MaxNormError() : null;

    /// <inheritdoc/>
    public float[] Logits(TokenBatch batch)
    {
        Load(batch);
        _model.Forward();
        float[] logits = new float[(long)batch.Inputs.Length * Shape.V];
        for (int first = 0, chunk = 0; first < batch.Inputs.Length; first += Shape.LogitRows, chunk++)
        {
            int rows = Math.Min(Shape.LogitRows, batch.Inputs.Length - first);
            _model.Output.ReadLogits(chunk, logits.AsSpan(first * Shape.V, rows * Shape.V));
        }

        return logits;
    }

    /// <inheritdoc/>
    public void ReadGradient(string name, Span<float> target) => _optimizer.ReadGradient(name, target);

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Products.Dispose();
        _context.Team.Dispose();
        Optimizer.Dispose();
        _arena.Dispose();
    }

    // What a smaller batch leaves free is filled with token 0, whose results nobody reads.
    private void Load(TokenBatch batch)
    {
        if (batch.ContextLength != Shape.T || batch.Count > Shape.B)
        {
            throw new ArgumentException(
                $"a batch of {batch.Count}·{batch.ContextLength} tokens does not fit an engine for {Shape.B}·{Shape.T}", nameof(batch));
        }

        Copy(batch.Inputs, _model.Parts.Shared.Tokens);
        Copy(batch.Targets, _model.Parts.Shared.Targets, ignored: TokenBatch.NoTarget);
        _model.Parts.Attention.KeepsDocumentsApart = batch.KeepsDocumentsApart;
        if (batch.KeepsDocumentsApart)
        {
            CopyFirstVisible(batch.FirstVisible);
        }
    }

    private void CopyFirstVisible(ReadOnlySpan<int> positions)
    {
        Span<int> target = new((int*)_model.Parts.Shared.FirstVisible.Address, Shape.N);
        for (int i = 0; i < positions.Length; i++)
        {
            // Kernels read from there on without a check of their own.
            if ((uint)positions[i] > (uint)(i % Shape.T))
            {
                throw new ArgumentException($"position {i % Shape.T} cannot see from {positions[i]} on", nameof(positions));
            }

            target[i] = positions[i];
        }

        target[positions.Length..].Clear();
    }

    private void Copy(ReadOnlySpan<int> tokens, ArenaRegion region, int? ignored = null)
    {
        Span<int> target = new((int*)region.Address, Shape.N);
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)Shape.V && tokens[i] != ignored)
            {
                throw new ArgumentException($"token {tokens[i]} is outside the vocabulary of {Shape.V}", nameof(tokens));
            }

            target[i] = tokens[i];
        }

        target[tokens.Length..].Clear();
    }
}
