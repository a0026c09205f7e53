using NGpt.Core.Numerics.Products;

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
    /// <param name="plan">Receives the regions.</param>
    /// <param name="name">What the matrices are.</param>
    /// <param name="rows">Rows of all matrices together.</param>
    /// <param name="columns">Columns of each.</param>
    /// <param name="elementSize">Bytes of an element of the products.</param>
    /// <param name="isSummed">Whether several products add up to the gradient.</param>
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
    /// <param name="firstRow">Its first row.</param>
    public nint CopyAt(int firstRow) => _copy.Address + (nint)((long)firstRow * Columns * _elementSize);

    /// <summary>Where the gradient of a matrix begins.</summary>
    /// <param name="firstRow">Its first row.</param>
    public nint GradientAt(int firstRow) =>
        _gradient.Address + (nint)((long)firstRow * Columns * (IsSummed ? sizeof(float) : _elementSize));
}
