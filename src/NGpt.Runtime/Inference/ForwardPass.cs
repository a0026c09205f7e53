using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Inference;

/// <summary>
/// All memory that computing needs, allocated once, and the operations that layers are written in. What only one layer
/// needs at a time is shared by all.
/// </summary>
internal sealed unsafe class ForwardPass : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly RowKernels _kernels;
    private readonly WeightProducts _products;
    private readonly RotaryTable _rotary;
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
    /// <param name="config">The model's shape.</param>
    /// <param name="slots">Sequences.</param>
    /// <param name="contextLength">Tokens of each.</param>
    /// <param name="maxRows">The most tokens of a call.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="cacheType">How keys and values are kept.</param>
    /// <param name="kernels">Makes what computes between the products.</param>
    public ForwardPass(ModelConfig config, int slots, int contextLength, int maxRows, int threads, CacheType cacheType, Func<ThreadTeam, RowKernels> kernels)
    {
        (_width, _mlpWidth, _maxRows) = (config.EmbeddingWidth, config.MlpWidth, maxRows);
        Cache = new KeyValueCache(config, slots, contextLength, cacheType);
        _rotary = new RotaryTable(contextLength, config.HeadWidth, config.RopeTheta);
        Rows = new BatchRows(maxRows);
        Hidden = new Activations(maxRows, _width);
        Inputs = new Activations(maxRows, _width);
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

    /// <summary>Rows that products read where those of the stream itself will not do: normalized ones, and those whose logits are wanted [N, C].</summary>
    public Activations Inputs { get; }

    /// <summary>What attention or the MLP has computed [N, C].</summary>
    public float* Branch => _branch.Start;

    /// <summary>Computes queries, keys and values, and attention over all that each token sees.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="input">What is projected [N, C].</param>
    /// <param name="weights">The projections.</param>
    /// <param name="queryScale">What queries are multiplied with, attention's scale included [C].</param>
    /// <param name="unitLength">Whether every head's query and key is divided by its length.</param>
    public void Attend(int layer, Activations input, AttentionWeights weights, float* queryScale, bool unitLength)
    {
        int width = _width;
        CacheLayer cache = Cache.Layer(layer);
        HeadRows heads = new(_heads.Start, _heads.Start + (_maxRows * width), _heads.Start + (2 * _maxRows * width));
        _products.Multiply(
            input,
            Rows.Count,
            [
                new ProductOutput(weights.Query, heads.Queries, width),
                new ProductOutput(weights.Key, heads.Keys, width),
                new ProductOutput(weights.Value, heads.Values, width),
            ]);
        _rotary.Reach(Rows.PositionsReached);
        _kernels.PrepareHeads(Rows, heads, queryScale, unitLength, _rotary, cache);
        _kernels.Attend(Rows, heads.Queries, cache, _attended.Row(0), _scratch.Start);
        _attended.Changed();
        _products.Multiply(_attended, Rows.Count, [new ProductOutput(weights.Output, Branch, width)]);
    }

    /// <summary>Computes the gated MLP.</summary>
    /// <param name="input">Its input [N, C].</param>
    /// <param name="weights">The projections.</param>
    public void Mlp(Activations input, MlpWeights weights)
    {
        float* up = _mlp.Start;
        float* gate = up + (_maxRows * _mlpWidth);
        _products.Multiply(input, Rows.Count, [new ProductOutput(weights.Up, up, _mlpWidth), new ProductOutput(weights.Gate, gate, _mlpWidth)]);
        _kernels.Gate(up, gate, _gated.Row(0), Rows.Count, _mlpWidth);
        _gated.Changed();
        _products.Multiply(_gated, Rows.Count, [new ProductOutput(weights.Down, Branch, _width)]);
    }

    /// <summary>h = Norm(h + |α|∘(Norm(branch) − h)).</summary>
    /// <param name="alpha">|α| [C].</param>
    public void MoveOnSphere(float* alpha)
    {
        _kernels.MoveOnSphere(Hidden.Row(0), Branch, alpha, Rows.Count, _width);
        Hidden.Changed();
    }

    /// <summary>h = h + branch.</summary>
    public void AddBranch()
    {
        _kernels.Add(Hidden.Row(0), Branch, Rows.Count, _width);
        Hidden.Changed();
    }

    /// <summary>Fills <see cref="Inputs"/> with the RMSNorm of every hidden state.</summary>
    /// <param name="gain">[C].</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public void Normalize(float* gain, float epsilon)
    {
        _kernels.RmsNorm(Hidden.Row(0), null, gain, epsilon, Inputs.Row(0), Rows.Count, _width);
        Inputs.Changed();
    }

    /// <summary>Fills the first <see cref="BatchRows.OutputCount"/> of <see cref="Inputs"/> with the RMSNorm of the hidden states whose logits are wanted.</summary>
    /// <param name="gain">[C].</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public void NormalizeOutputs(float* gain, float epsilon)
    {
        _kernels.RmsNorm(Hidden.Row(0), Rows.Outputs, gain, epsilon, Inputs.Row(0), Rows.OutputCount, _width);
        Inputs.Changed();
    }

    /// <summary>Fills the first <see cref="BatchRows.OutputCount"/> of <see cref="Inputs"/> with the hidden states whose logits are wanted.</summary>
    public void TakeOutputs()
    {
        for (int i = 0; i < Rows.OutputCount; i++)
        {
            new ReadOnlySpan<float>(Hidden.Row(Rows.Outputs[i]), _width).CopyTo(new Span<float>(Inputs.Row(i), _width));
        }

        Inputs.Changed();
    }

    /// <summary>Computes the logits of the rows in <see cref="Inputs"/>.</summary>
    /// <param name="output">The output embedding.</param>
    /// <param name="logits">[<see cref="BatchRows.OutputCount"/>, V].</param>
    public void Logits(WeightMatrix output, float* logits) =>
        _products.Multiply(Inputs, Rows.OutputCount, [new ProductOutput(output, logits, output.Rows)]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _products.Dispose();
        _team.Dispose();
        Cache.Dispose();
        _rotary.Dispose();
        Rows.Dispose();
        Hidden.Dispose();
        Inputs.Dispose();
        _attended.Dispose();
        _gated.Dispose();
        _heads.Dispose();
        _branch.Dispose();
        _mlp.Dispose();
        _scratch.Dispose();
    }
}
