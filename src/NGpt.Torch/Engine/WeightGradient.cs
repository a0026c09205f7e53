using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Reductions;

namespace NGpt.Torch.Engine;

/// <summary>Computes the gradient of packed weights from one batch: dW = dyᵀ·x, or adds it to what is there.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the products.</typeparam>
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
