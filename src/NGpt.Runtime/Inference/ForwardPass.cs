using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Inference;

/// <summary>
/// The workspace of a forward pass, allocated once, and the operations that layers are composed of. Buffers that only one
/// layer needs at a time are shared by all.
/// </summary>
internal sealed unsafe class ForwardPass : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly RowKernels _kernels;
    private readonly WeightProducts _products;
    private readonly GrowingRotaryTable _rotary;
    private readonly NativeBuffer<float> _heads;
    private readonly NativeBuffer<float> _branch;
    private readonly NativeBuffer<float> _mlp;
    private readonly NativeBuffer<float> _scratch;
    private readonly Activations _attended;
    private readonly Activations _gated;
    private readonly int _width;
    private readonly int _mlpWidth;
    private readonly long _maxRows;

    /// <summary>Allocates everything.</summary>
    public ForwardPass(ModelConfig config, int slots, int contextLength, int maxRows, int threads, CacheType cacheType, Func<ThreadTeam, RowKernels> kernels)
    {
        (_width, _mlpWidth, _maxRows) = (config.EmbeddingWidth, config.MlpWidth, maxRows);
        Cache = new KeyValueCache(config, slots, contextLength, cacheType);
        _rotary = new GrowingRotaryTable(contextLength, config.HeadWidth, config.RopeTheta);
        Rows = new BatchRows(maxRows);
        Hidden = new Activations(maxRows, _width);
        Normalized = new Activations(maxRows, _width);
        Trace = new AngleTrace(Math.Min(slots, maxRows), config.LayerCount, _width);
        _attended = new Activations(maxRows, _width);
        _gated = new Activations(maxRows, _mlpWidth);
        _heads = new NativeBuffer<float>(3 * _maxRows * _width, "queries, keys and values");
        _branch = new NativeBuffer<float>(_maxRows * _width, "outputs of attention and MLP");
        _mlp = new NativeBuffer<float>(2 * _maxRows * _mlpWidth, "hidden states of the MLP");
        // Threads last: memory that cannot be had must not leave them behind.
        _team = new WorkerTeam(threads);
        try
        {
            _kernels = kernels(_team);
            _products = new WeightProducts(_team, maxRows, Math.Max(_width, _mlpWidth));
            _scratch = new NativeBuffer<float>((long)threads * _kernels.AttentionScratch(Cache.Layer(0).PaddedWidth), "scores of attention");
        }
        catch
        {
            _team.Dispose();
            throw;
        }
    }

    /// <summary>Number of threads that compute.</summary>
    public int Threads => _team.Threads;

    /// <summary>Keys and values.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>The tokens of this call.</summary>
    public BatchRows Rows { get; }

    /// <summary>The residual stream h [N, C].</summary>
    public Activations Hidden { get; }

    /// <summary>
    /// Inputs of products other than h itself: h after RMSNorm, and the rows whose logits are requested, which nGPT keeps
    /// at unit length [N, C].
    /// </summary>
    public Activations Normalized { get; }

    /// <summary>The angles between hidden states before and after attention and MLP of every layer.</summary>
    public AngleTrace Trace { get; }

    /// <summary>What attention or the MLP has computed [N, C].</summary>
    public float* Branch => _branch.Start;

    private HeadRows Heads => new(_heads.Start, _heads.Start + (_maxRows * _width), _heads.Start + (2 * _maxRows * _width));

    private float* Up => _mlp.Start;

    private float* Gate => _mlp.Start + (_maxRows * _mlpWidth);

    /// <summary>Computes q = x·Wqᵀ, k = x·Wkᵀ and v = x·Wvᵀ.</summary>
    public void ProjectQueriesKeysValues(Activations x, WeightMatrix query, WeightMatrix key, WeightMatrix value)
    {
        HeadRows heads = Heads;
        _products.Multiply(
            x,
            Rows.Count,
            [
                new ProductOutput(query, heads.Queries, _width),
                new ProductOutput(key, heads.Keys, key.Rows),
                new ProductOutput(value, heads.Values, value.Rows),
            ]);
    }

    /// <summary>
    /// Rotates queries and keys by their positions, divides each head's by its length where <paramref name="unitLength"/> says
    /// so, scales the queries by <paramref name="queryScale"/> [C], attention's scale included, and writes keys and values to
    /// the cache.
    /// </summary>
    public void RotateAndCache(int layer, float* queryScale, bool unitLength)
    {
        _rotary.EnsureFilled(Rows.PositionsReached);
        _kernels.PrepareHeads(Rows, Heads, queryScale, unitLength, _rotary, Cache.Layer(layer));
    }

    /// <summary>Computes softmax attention over all positions that each token sees.</summary>
    public void Attend(int layer)
    {
        _kernels.Attend(Rows, Heads.Queries, Cache.Layer(layer), _attended.Row(0), _scratch.Start);
        _attended.Changed();
    }

    /// <summary>Multiplies the concatenated heads with Wo; the result goes to <see cref="Branch"/>.</summary>
    public void ProjectAttention(WeightMatrix output) =>
        _products.Multiply(_attended, Rows.Count, [new ProductOutput(output, Branch, _width)]);

    /// <summary>Computes u = x·Wuᵀ and v = x·Wvᵀ of the gated MLP.</summary>
    public void ProjectUpAndGate(Activations x, WeightMatrix up, WeightMatrix gate) =>
        _products.Multiply(x, Rows.Count, [new ProductOutput(up, Up, _mlpWidth), new ProductOutput(gate, Gate, _mlpWidth)]);

    /// <summary>Computes u∘SiLU(v).</summary>
    public void SwiGlu()
    {
        _kernels.SwiGlu(Up, Gate, _gated.Row(0), Rows.Count, _mlpWidth);
        _gated.Changed();
    }

    /// <summary>Multiplies the MLP's hidden state with its down projection; the result goes to <see cref="Branch"/>.</summary>
    public void ProjectDown(WeightMatrix down) => _products.Multiply(_gated, Rows.Count, [new ProductOutput(down, Branch, _width)]);

    /// <summary>h = Norm(h + |α|∘(Norm(branch) − h)). <paramref name="alpha"/>: |α| [C].</summary>
    public void UpdateOnHypersphere(float* alpha)
    {
        _kernels.HypersphereUpdate(Hidden.Row(0), Branch, alpha, Rows.Count, _width);
        Hidden.Changed();
    }

    /// <summary>h = h + branch.</summary>
    public void AddToResidual()
    {
        _kernels.AddToResidual(Hidden.Row(0), Branch, Rows.Count, _width);
        Hidden.Changed();
    }

    /// <summary>Writes the RMSNorm of every hidden state to <see cref="Normalized"/>. <paramref name="gain"/>: [C].</summary>
    public void RmsNorm(float* gain, float epsilon)
    {
        _kernels.RmsNorm(Hidden.Row(0), null, gain, epsilon, Normalized.Row(0), Rows.Count, _width);
        Normalized.Changed();
    }

    /// <summary>
    /// Writes the RMSNorm of the hidden states whose logits are requested to the first rows of <see cref="Normalized"/>.
    /// <paramref name="gain"/>: [C].
    /// </summary>
    public void RmsNormOutputs(float* gain, float epsilon)
    {
        _kernels.RmsNorm(Hidden.Row(0), Rows.Outputs, gain, epsilon, Normalized.Row(0), Rows.OutputCount, _width);
        Normalized.Changed();
    }

    /// <summary>Copies the hidden states whose logits are requested to the first rows of <see cref="Normalized"/>.</summary>
    public void GatherOutputs()
    {
        for (int i = 0; i < Rows.OutputCount; i++)
        {
            new ReadOnlySpan<float>(Hidden.Row(Rows.Outputs[i]), _width).CopyTo(new Span<float>(Normalized.Row(i), _width));
        }

        Normalized.Changed();
    }

    /// <summary>
    /// Computes the logits of the rows in <see cref="Normalized"/>. <paramref name="logits"/>:
    /// [<see cref="BatchRows.OutputCount"/>, V].
    /// </summary>
    public void Logits(WeightMatrix output, float* logits) =>
        _products.Multiply(Normalized, Rows.OutputCount, [new ProductOutput(output, logits, output.Rows)]);

    /// <summary>Measures by how much attention rotated the hidden states that are traced.</summary>
    public void TraceAttention(int layer) => Trace.Measure(2 * layer, Hidden);

    /// <summary>Measures by how much the MLP rotated the hidden states that are traced.</summary>
    public void TraceMlp(int layer) => Trace.Measure((2 * layer) + 1, Hidden);

    /// <inheritdoc/>
    public void Dispose()
    {
        _products.Dispose();
        _team.Dispose();
        Cache.Dispose();
        _rotary.Dispose();
        Rows.Dispose();
        Hidden.Dispose();
        Normalized.Dispose();
        Trace.Dispose();
        _attended.Dispose();
        _gated.Dispose();
        _heads.Dispose();
        _branch.Dispose();
        _mlp.Dispose();
        _scratch.Dispose();
    }
}
