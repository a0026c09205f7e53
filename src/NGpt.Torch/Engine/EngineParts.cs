using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Engine;

/// <summary>What the parts of one engine share: sizes, threads, memory, attention.</summary>
internal sealed class EngineParts<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly List<PackedWeight> _weights = [];
    private ArenaRegion? _gradientScratch;
    private EngineContext? _context;

    /// <summary>Plans what the parts share.</summary>
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
        Rotary = new EngineRotaryTable(Plan, Shape, model.RopeTheta);
        Attention = new EngineAttention<TLanes, TElement>(
            Plan, Shape, AttentionPlan.For(Shape, threads, options.Recomputes), Shared.FirstVisible, threads);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Model { get; }

    /// <summary>How the engine works.</summary>
    public EngineOptions Options { get; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; }

    /// <summary>Threads, products, clock; set by <see cref="PrepareProducts"/>.</summary>
    public EngineContext Context => _context ?? throw new InvalidOperationException("the engine is planned, its products are not prepared");

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

    /// <summary>Cosines and sines of RoPE.</summary>
    public EngineRotaryTable Rotary { get; }

    /// <summary>Attention.</summary>
    public EngineAttention<TLanes, TElement> Attention { get; }

    /// <summary>Plans weights.</summary>
    public PackedWeight AddWeight(string name, int rows, int columns, bool isSummed = false)
    {
        PackedWeight weight = new(Plan, name, rows, columns, Shape.ElementSize, isSummed || Options.SumsGradients);
        _weights.Add(weight);
        return weight;
    }

    /// <summary>Plans one of nGPT's scales.</summary>
    public EngineScale AddScale(string name, int length, ScaleSetting setting, double constant = 1, bool isAbsolute = false) =>
        new(Plan, name, length, setting.StoredLength(length), setting.Factor * constant, isAbsolute, Threads);

    /// <summary>Plans one of the baseline's gains.</summary>
    public EngineScale AddGain(string name, int length) => new(Plan, name, length, length, factor: 1, isAbsolute: false, Threads);

    /// <summary>Plans what can only be sized when all weights are known.</summary>
    public void FinishPlan()
    {
        long largest = _weights.Where(weight => weight.IsSummed).Select(weight => (long)weight.Rows * weight.Columns).DefaultIfEmpty().Max();
        _gradientScratch = largest > 0 ? Plan.Add(ArenaGroup.Shared, "weight gradient of one product", Shape.ElementSize, largest) : null;
    }

    /// <summary>Prepares what the parts share, once the planned memory is allocated.</summary>
    public void PrepareProducts(EngineContext context)
    {
        _context = context;
        Rotary.Fill();
        Attention.PrepareProducts(context);
    }

    /// <summary>Prepares the product a·b, into <paramref name="output"/>.</summary>
    public MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output) => Context.Products.Prepare(a, b, output);

    /// <summary>Runs a product of a projection.</summary>
    public void Multiply(MatrixProduct product) => Context.Multiply(Stage.MatrixProducts, product);

    /// <summary>A region of activations as a matrix of N rows.</summary>
    public MatrixView Rows(ArenaRegion region, int columns) => new(region.Address, Shape.N, columns, columns);

    /// <summary>Prepares a weight gradient.</summary>
    public WeightGradient<TLanes, TElement> Gradient(PackedWeight weight, MatrixView outputGradient, MatrixView input) =>
        new(Context, weight, outputGradient, input, _gradientScratch);
}
