using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.CausalSoftmax;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Softmax over the visible triangle against float64; nothing beyond a block's end is touched.</summary>
public sealed class CausalSoftmaxTests
{
    [Theory]
    [InlineData(3, 11, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 40, 16)]
    [InlineData(2, 35, 35)]
    public void Output_and_gradient_match(int heads, int length, int blockRows) => Kernels.ForAll(new Check(heads, length, blockRows));

    [Theory]
    [InlineData(1, 2, 11, 4, 0)]
    [InlineData(3, 1, 7, 16, 0)]
    [InlineData(2, 3, 40, 16, 0)]
    [InlineData(2, 3, 35, 35, 3)]
    [InlineData(3, 2, 67, 20, 1)]
    public void Other_documents_are_invisible(int batch, int headCount, int length, int blockRows, int firstHead)
    {
        // Documents of all lengths from a single token on, other ones in every sequence.
        Random random = new(5);
        int[] first = new int[batch * length];
        for (int i = 1; i < first.Length; i++)
        {
            first[i] = i % length == 0 ? 0 : random.Next(6) == 0 ? i % length : first[i - 1];
        }

        int heads = (batch * headCount) - firstHead;
        int[] byRow = [.. Enumerable.Range(0, heads * length).Select(row => first[((firstHead + (row / length)) / headCount * length) + (row % length)])];
        Kernels.ForAll(new Check(heads, length, blockRows) { Positions = first, FirstOfRow = byRow, HeadsOfSequence = headCount, FirstHead = firstHead });
    }

    private sealed unsafe class Check(int heads, int length, int blockRows) : IKernelCheck
    {
        /// <summary>What the kernels get; nothing for the whole past.</summary>
        public int[]? Positions { get; init; }

        public int HeadsOfSequence { get; init; } = 1;

        public int FirstHead { get; init; }

        /// <summary>What it means for each row of scores.</summary>
        public int[] FirstOfRow { get; init; } = new int[heads * length];

        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            fixed (int* positions = Positions)
            {
                Run<TLanes, TElement>(new DocumentStarts { Positions = positions, HeadCount = HeadsOfSequence, FirstHead = FirstHead });
            }
        }

        private void Run<TLanes, TElement>(DocumentStarts documents)
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            using IDisposable scope = NewDisposeScope();
            int count = heads * length * length;
            using GuardedArray<TElement> scores = new(Kernels.Random(count, 1, -9, 9));
            using GuardedArray<TElement> gradients = new(Kernels.Random(count, 2));
            double[] before = scores.Values;
            double[] gradientsBefore = gradients.Values;

            Tensor s = Kernels.Variable(before, heads, length, length);
            bool[] hidden = [.. Enumerable.Range(0, count).Select(i => i % length > i / length % length || i % length < FirstOfRow[i / length])];
            Tensor expected = nn.functional.softmax(s.masked_fill(tensor(hidden, [heads, length, length]), double.NegativeInfinity), -1);

            using GuardedArray<Float32> scratch = new(Kernels.Threads * length);
            Kernels.RunTeam(new CausalSoftmaxForward<TLanes, TElement>
            {
                Scores = scores.Data,
                Scratch = (float*)scratch.Data,
                HeadCount = heads,
                Length = length,
                BlockRows = blockRows,
                Documents = documents,
            });
            Kernels.Close<TElement>(expected, Inside(scores.Values, before), "probabilities");

            // The kernel starts from the rounded probabilities, so the reference does too.
            Tensor p = Kernels.Variable(Inside(scores.Values, before), heads, length, length);
            Tensor dp = Kernels.Constant(gradientsBefore, heads, length, length);
            Tensor ds = p * (dp - (p * dp).sum(new long[] { -1 }, keepdim: true));
            Kernels.RunTeam(new CausalSoftmaxBackward<TLanes, TElement>
            {
                Probabilities = scores.Data,
                Gradients = gradients.Data,
                HeadCount = heads,
                Length = length,
                BlockRows = blockRows,
                Documents = documents,
            });
            AssertHidden(hidden, scores.Values, gradients.Values);
            Kernels.Close<TElement>(ds, Inside(gradients.Values, gradientsBefore), "gradient of the scores");
        }

        // Exactly zero, so that products over whole blocks of rows may read it.
        private void AssertHidden(bool[] hidden, double[] probabilities, double[] gradients)
        {
            for (int i = 0; i < hidden.Length; i++)
            {
                bool isInside = i % length < Math.Min(length, ((i / length % length / blockRows) + 1) * blockRows);
                Assert.True(!hidden[i] || !isInside || (probabilities[i] == 0 && gradients[i] == 0));
            }
        }

        // Zero where the kernel has nothing to do, after making sure that it did nothing there.
        private double[] Inside(double[] values, double[] untouched)
        {
            double[] result = [.. values];
            for (int i = 0; i < values.Length; i++)
            {
                int row = i / length % length;
                int end = Math.Min(length, ((row / blockRows) + 1) * blockRows);
                if (i % length >= end)
                {
                    Assert.Equal(untouched[i], values[i]);
                    result[i] = 0;
                }
            }

            return result;
        }
    }
}
