using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Transposition;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Copies between layouts, element by element.</summary>
public sealed class TranspositionTests
{
    [Theory]
    [InlineData(2, 5, 3, 7)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(3, 17, 2, 33)]
    public void Heads_and_rows_hold_the_same_numbers(int batch, int length, int heads, int width) => Kernels.ForAll(new HeadCheck(batch, length, heads, width));

    [Theory]
    [InlineData(2, 5, 3)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 17, 33)]
    [InlineData(2, 16, 32)]
    [InlineData(1, 50, 15)]
    public void Every_matrix_of_a_batch_is_transposed(int batch, int rows, int columns) => Kernels.ForAll(new MatrixCheck(batch, rows, columns));

    private sealed unsafe class HeadCheck(int batch, int length, int heads, int width) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            int count = batch * length * heads * width;
            using GuardedArray<TElement> byHead = new(Kernels.Random(count, 1));
            using GuardedArray<TElement> byRow = new(count);
            double[] source = byHead.Values;
            Kernels.RunTeam(Work(byHead, byRow, toRows: true));
            double[] expected = new double[count];
            for (int i = 0; i < count; i++)
            {
                (int sequence, int head, int position, int column) = (i / (heads * length * width), i / (length * width) % heads, i / width % length, i % width);
                expected[(((((sequence * length) + position) * heads) + head) * width) + column] = source[i];
            }

            Assert.Equal(expected, byRow.Values);
            using GuardedArray<TElement> back = new(count);
            Kernels.RunTeam(Work(back, byRow, toRows: false));
            Assert.Equal(source, back.Values);
        }

        private HeadTransposition<TElement> Work<TElement>(GuardedArray<TElement> byHead, GuardedArray<TElement> byRow, bool toRows)
            where TElement : unmanaged, IElement<TElement> => new()
            {
                Heads = byHead.Data,
                RowMajor = byRow.Data,
                ToRows = toRows,
                Batch = batch,
                Length = length,
                HeadCount = heads,
                HeadWidth = width,
            };
    }

    private sealed unsafe class MatrixCheck(int batch, int rows, int columns) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            int count = batch * rows * columns;
            using GuardedArray<TElement> source = new(Kernels.Random(count, 1));
            using GuardedArray<TElement> target = new(count);
            double[] values = source.Values;
            Kernels.RunTeam(new MatrixTransposition<TElement> { Source = source.Data, Target = target.Data, Batch = batch, RowCount = rows, ColumnCount = columns });
            double[] expected = new double[count];
            for (int i = 0; i < count; i++)
            {
                (int matrix, int row, int column) = (i / (rows * columns), i / columns % rows, i % columns);
                expected[(matrix * rows * columns) + (column * rows) + row] = values[i];
            }

            Assert.Equal(expected, target.Values);
        }
    }
}
