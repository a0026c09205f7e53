using NGpt.Core.Numerics.Products;
using TorchSharp;
using BFloat16 = NGpt.Core.Numerics.Vectors.BFloat16;

namespace NGpt.Torch.Operators.Products;

/// <summary>Products by libtorch (oneDNN, MKL), through its C interface on plain memory: no tensor objects, no allocation.</summary>
internal sealed class LibTorchProducts : IMatrixProducts
{
    private readonly TensorInterface _interface;
    private readonly torch.ScalarType _type;
    private readonly Dictionary<MatrixView, nint> _views = [];

    /// <summary>Creates the factory.</summary>
    public LibTorchProducts(torch.ScalarType type) => (_type, _interface) = (type, TensorInterface.Load());

    /// <inheritdoc/>
    public string Description => "libtorch";

    /// <inheritdoc/>
    public MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output) => IsMistaken(a, b, output)
        ? new StridedVectorProduct<BFloat16>(a, b, output)
        : new Product(this, a, b, output);

    /// <summary>
    /// Whether this is a product that libtorch 2.10 gets wrong: one matrix and one bfloat16 vector, where it passes
    /// over the stride of the vector, given or computed. Batches and float32 are right.
    /// </summary>
    public bool IsMistaken(MatrixView a, MatrixView b, MatrixView output) => _type == torch.ScalarType.BFloat16 && a.Batch == 1
        && ((a.Rows == 1 && a.ColumnStride != 1 && a.Columns > 1)
            || (b.Columns == 1 && ((b.RowStride != 1 && b.Rows > 1) || (output.RowStride != 1 && output.Rows > 1))));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint view in _views.Values)
        {
            _interface.Delete(view);
        }

        _views.Clear();
    }

    // Many products read the same matrix: its view is made once and lives as long as the factory.
    private nint View(MatrixView matrix)
    {
        if (!_views.TryGetValue(matrix, out nint view))
        {
            _views.Add(matrix, view = _interface.Create(matrix, _type));
        }

        return view;
    }

    private sealed class Product : MatrixProduct
    {
        private readonly TensorInterface _interface;
        private readonly bool _isBatched;
        private readonly nint _a;
        private readonly nint _b;
        private readonly nint _output;

        public Product(LibTorchProducts owner, MatrixView a, MatrixView b, MatrixView output)
            : base(a, b, output)
        {
            _interface = owner._interface;
            _isBatched = a.Batch > 1;
            (_a, _b, _output) = (owner.View(a), owner.View(b), owner.View(output));
        }

        public override void Run()
        {
            if (_isBatched)
            {
                _interface.MultiplyBatch(_output, _a, _b);
            }
            else
            {
                _interface.Multiply(_output, _a, _b);
            }
        }
    }
}
