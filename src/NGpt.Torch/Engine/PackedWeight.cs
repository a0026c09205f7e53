using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Reductions;

namespace NGpt.Torch.Engine;

/// <summary>
/// Weight matrices that one product reads together, stacked row upon row in the type of the products, and their
/// gradient: in the products' type where one product computes all of it, else summed up in float32.
/// </summary>
internal sealed class PackedWeight
{
    private readonly ArenaRegion _copy;
    private readonly ArenaRegion _gradient;
    private readonly int _elementSize;

    /// <summary>Plans the memory.</summary>
    public PackedWeight(ArenaPlan plan, string name, int rows, int columns, int elementSize, bool isSummed)
    {
        (Rows, Columns, _elementSize, IsSummed) = (rows, columns, elementSize, isSummed);
        _copy = plan.Add(ArenaGroup.Weights, name, elementSize, rows, columns);
        _gradient = plan.Add(ArenaGroup.Gradients, name, isSummed ? sizeof(float) : elementSize, rows, columns);
    }

    /// <summary>Rows of all matrices together.</summary>
    public int Rows { get; }

    /// <summary>Columns of each.</summary>
    public int Columns { get; }

    /// <summary>Whether the gradient is a float32 sum of several products.</summary>
    public bool IsSummed { get; }

    /// <summary>The weights as products read them [rows, columns].</summary>
    public MatrixView Weights => new(_copy.Address, Rows, Columns, Columns);

    /// <summary>The gradient as one product writes it; only where it is not summed.</summary>
    public MatrixView Gradient => new(_gradient.Address, Rows, Columns, Columns);

    /// <summary>Where the copy of a matrix begins.</summary>
    public nint CopyAt(int firstRow) => _copy.Address + (nint)((long)firstRow * Columns * _elementSize);

    /// <summary>Where the gradient of a matrix begins.</summary>
    public nint GradientAt(int firstRow) =>
        _gradient.Address + (nint)((long)firstRow * Columns * (IsSummed ? sizeof(float) : _elementSize));
}

/// <summary>Computes the gradient of packed weights from one batch: dW = dyᵀ·x, or adds it to what is there.</summary>
internal sealed unsafe class WeightGradient<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineContext _context;
    private readonly PackedWeight _weight;
    private readonly MatrixView _target;
    private readonly MatrixProduct _product;

    /// <summary>Prepares the product.</summary>
    /// <param name="context">Threads and products.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="outputGradient">dy [N, rows].</param>
    /// <param name="input">x [N, columns].</param>
    /// <param name="scratch">Memory for one product, where products are summed; large enough for any weights.</param>
    public WeightGradient(EngineContext context, PackedWeight weight, MatrixView outputGradient, MatrixView input, ArenaRegion? scratch)
    {
        (_context, _weight) = (context, weight);
        _target = weight.IsSummed
            ? new MatrixView(scratch!.Address, weight.Rows, weight.Columns, weight.Columns)
            : weight.Gradient;
        _product = context.Products.Prepare(outputGradient.Transposed, input, _target);
    }

    /// <summary>Runs it.</summary>
    public void Compute()
    {
        _context.Multiply(Stage.MatrixProducts, _product);
        if (_weight.IsSummed)
        {
            _context.Run(Stage.GradientSums, new Accumulation<TLanes, TElement>
            {
                Sum = (float*)_weight.GradientAt(0),
                Addend = (TElement*)_target.Data,
                RowCount = _weight.Rows,
                Width = _weight.Columns,
            });
        }
    }
}
