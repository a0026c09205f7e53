using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Engine;

/// <summary>What the parts of one engine share: sizes, threads, memory, attention.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal sealed class EngineParts<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly List<PackedWeight> _weights = [];
    private ArenaRegion? _gradientScratch;
    private EngineContext? _context;

    /// <summary>Plans what the parts share.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="options">How the engine is to work.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="elementSize">Bytes of an activation.</param>
    public EngineParts(ModelConfig model, EngineOptions options, int threads, int elementSize)
    {
        (Model, Options, Threads) = (model, options, threads);
        Shape = new EngineShape(model, options.BatchSize, elementSize);
        Hidden = [.. Enumerable.Range(0, Shape.L + 1).Select(_ => Plan.Add(ArenaGroup.Kept, "hidden state before every layer and after the last", sizeof(float), Shape.N, Shape.C))];
        Inputs = [.. Enumerable.Range(0, Shape.L + 1).Select(_ => Plan.Add(ArenaGroup.Kept, "input of every layer and of the output embedding", elementSize, Shape.N, Shape.C))];
        // nGPT's update needs the branch again in its backward pass, the baseline's addition does not.
        ArenaRegion? branch = model.Architecture == Architecture.Gpt ? Plan.Add(ArenaGroup.Shared, "output of a branch", elementSize, Shape.N, Shape.C) : null;
        Layers = options.Recomputes
            ? [.. Enumerable.Repeat(LayerMemory.Plan(Plan, Shape, ArenaGroup.Shared, string.Empty, branch), Shape.L)]
            : [.. Enumerable.Range(0, Shape.L).Select(layer => LayerMemory.Plan(Plan, Shape, ArenaGroup.Kept, $"layer {layer}: ", branch))];
        Shared = new SharedMemory(Plan, Shape);
        Rotation = new Rotation(Plan, Shape, model.RopeTheta);
        Attention = new EngineAttention<TLanes, TElement>(
            Plan, Shape, AttentionPlan.For(Shape, threads, options.Recomputes), Shared.FirstVisible, threads);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Model { get; }

    /// <summary>How the engine works.</summary>
    public EngineOptions Options { get; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; }

    /// <summary>Threads, products, clock; there once the engine is bound.</summary>
    public EngineContext Context => _context ?? throw new InvalidOperationException("the engine is planned, not bound");

    /// <summary>All memory.</summary>
    public ArenaPlan Plan { get; } = new();

    /// <summary>Sizes.</summary>
    public EngineShape Shape { get; }

    /// <summary>Residual stream before every layer and after the last, float32 [N, C] each.</summary>
    public ArenaRegion[] Hidden { get; }

    /// <summary>What every layer's first product and the output embedding read [N, C] each.</summary>
    public ArenaRegion[] Inputs { get; }

    /// <summary>What the forward pass of every layer leaves behind; the same for all where it is computed again.</summary>
    public LayerMemory[] Layers { get; }

    /// <summary>Buffers that every layer uses in turn.</summary>
    public SharedMemory Shared { get; }

    /// <summary>Turns of the rotary positions.</summary>
    public Rotation Rotation { get; }

    /// <summary>Attention.</summary>
    public EngineAttention<TLanes, TElement> Attention { get; }

    /// <summary>Plans weights.</summary>
    /// <param name="name">What they are.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="isSummed">Whether several products of one batch add up to the gradient.</param>
    public PackedWeight AddWeight(string name, int rows, int columns, bool isSummed = false)
    {
        PackedWeight weight = new(Plan, name, rows, columns, Shape.ElementSize, isSummed || Options.SumsGradients);
        _weights.Add(weight);
        return weight;
    }

    /// <summary>Plans one of nGPT's scales.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="length">Number of columns that are scaled.</param>
    /// <param name="setting">How it is stored.</param>
    /// <param name="constant">A constant that the model multiplies with besides.</param>
    /// <param name="isAbsolute">Whether its absolute value is used.</param>
    public EngineScale AddScale(string name, int length, ScaleSetting setting, double constant = 1, bool isAbsolute = false) =>
        new(Plan, name, length, setting.StoredLength(length), setting.Factor * constant, isAbsolute, Threads);

    /// <summary>Plans one of the baseline's gains.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="length">Number of entries.</param>
    public EngineScale AddGain(string name, int length) => new(Plan, name, length, length, factor: 1, isAbsolute: false, Threads);

    /// <summary>Plans what can only be sized when all weights are known.</summary>
    public void CompletePlan()
    {
        long largest = _weights.Where(weight => weight.IsSummed).Select(weight => (long)weight.Rows * weight.Columns).DefaultIfEmpty().Max();
        _gradientScratch = largest > 0 ? Plan.Add(ArenaGroup.Shared, "weight gradient of one product", Shape.ElementSize, largest) : null;
    }

    /// <summary>Prepares what the parts share, once the plan has memory.</summary>
    /// <param name="context">Threads, products, clock.</param>
    public void Bind(EngineContext context)
    {
        _context = context;
        Rotation.Bind();
        Attention.Bind(context);
    }

    /// <summary>A region of activations as a matrix of N rows.</summary>
    /// <param name="region">The region.</param>
    /// <param name="columns">Numbers in a row.</param>
    public MatrixView Rows(ArenaRegion region, int columns) => new(region.Address, Shape.N, columns, columns);

    /// <summary>Prepares a weight gradient.</summary>
    /// <param name="weight">The weights.</param>
    /// <param name="outputGradient">dy.</param>
    /// <param name="input">x.</param>
    public WeightGradient<TLanes, TElement> Gradient(PackedWeight weight, MatrixView outputGradient, MatrixView input) =>
        new(Context, weight, outputGradient, input, _gradientScratch);
}
