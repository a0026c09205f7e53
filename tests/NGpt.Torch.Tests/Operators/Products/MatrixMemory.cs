using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Tests.Operators.Products;

/// <summary>Matrices in memory of their own, with numbers that are none of theirs before, between and after their elements.</summary>
internal sealed unsafe class MatrixMemory<TElement> : IDisposable
    where TElement : unmanaged, IElement<TElement>
{
    private const int Margin = 37;

    private readonly TElement* _memory;
    private readonly long _length;
    private readonly bool[] _isOurs;
    private readonly TElement _guard;

    public MatrixMemory(int batch, int rows, int columns, MatrixLayout layout, float guard)
    {
        (int outer, int inner) = layout.IsTransposed ? (columns, rows) : (rows, columns);
        long stride = ((long)inner * (layout.Spread + 1)) + layout.Gap;
        long batchStride = (outer * stride) + (5 * layout.Gap);
        _length = (batch * batchStride) + (2 * Margin);
        _memory = (TElement*)NativeMemory.Alloc((nuint)(_length * sizeof(TElement)));
        new Span<TElement>(_memory, (int)_length).Fill(_guard = TElement.From(guard));
        MatrixView view = new((nint)(_memory + Margin), outer, inner, stride, layout.Spread + 1, batch, batchStride);
        View = layout.IsTransposed ? view.Transposed : view;
        _isOurs = new bool[_length];
        ForEach((b, i, j) => _isOurs[Margin + Offset(b, i, j)] = true);
    }

    public MatrixView View { get; }

    public float this[int batch, int row, int column]
    {
        get => TElement.Value(_memory[Margin + Offset(batch, row, column)]);
        set => _memory[Margin + Offset(batch, row, column)] = TElement.From(value);
    }

    public bool IsGuardUntouched => Enumerable.Range(0, (int)_length).All(i => _isOurs[i] || _memory[i].Equals(_guard));

    public MatrixMemory<TElement> FillAtRandom(int seed)
    {
        Random random = new(seed);
        ForEach((b, i, j) => this[b, i, j] = (random.NextSingle() * 2) - 1);
        return this;
    }

    public float[] ToArray()
    {
        List<float> all = [];
        ForEach((b, i, j) => all.Add(this[b, i, j]));
        return [.. all];
    }

    public void ForEach(Action<int, int, int> visit)
    {
        for (int b = 0; b < View.Batch; b++)
        {
            for (int i = 0; i < View.Rows; i++)
            {
                for (int j = 0; j < View.Columns; j++)
                {
                    visit(b, i, j);
                }
            }
        }
    }

    public void Dispose() => NativeMemory.Free(_memory);

    private long Offset(int batch, int row, int column) =>
        (batch * View.BatchStride) + (row * View.RowStride) + (column * View.ColumnStride);
}
