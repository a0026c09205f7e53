using NGpt.Torch.Operators.Attention;
using NGpt.Torch.Operators.Vectors;
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

    private sealed unsafe class Check(int heads, int length, int blockRows) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
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
            Tensor future = ones(length, length, dtype: ScalarType.Bool).triu(1);
            Tensor expected = nn.functional.softmax(s.masked_fill(future, double.NegativeInfinity), -1);

            using GuardedArray<Float32> scratch = new(Kernels.Threads * length);
            Kernels.RunTeam(new CausalSoftmaxForward<TLanes, TElement>
            {
                Scores = scores.Data,
                Scratch = (float*)scratch.Data,
                HeadCount = heads,
                Length = length,
                BlockRows = blockRows,
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
            });
            Kernels.Close<TElement>(ds, Inside(gradients.Values, gradientsBefore), "gradient of the scores");
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
