using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.SphereAdam;

namespace NGpt.Torch.Tests.Operators;

/// <summary>The fused optimizer against its formula in float64: rows, columns, vectors; decay; copies; several steps.</summary>
public sealed class SphereAdamTests
{
    // Of the rate, in the update and in the decay.
    private const float RateFactor = 0.7f;

    private static readonly AdamConstants Constants = new(0.9f, 0.95f, 0.5f, 0.01f / 0.271f, 0.37f, 1e-8f, 0.03);

    [Theory]
    [InlineData(7, 50, 1)]
    [InlineData(50, 7, 0)]
    [InlineData(5, 600, 0)]
    [InlineData(3, 33, 0)]
    [InlineData(1, 4099, -1)]
    [InlineData(70, 66, -1)]
    [InlineData(1, 1, -1)]
    public void Weights_moments_and_copies_match(int rows, int columns, int axis) => Kernels.ForAll(new Check(rows, columns, axis));

    private sealed unsafe class Check(int rows, int columns, int axis) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            Compare<TLanes, TElement, TElement>();
            Compare<TLanes, TElement, Float32>();
        }

        private void Compare<TLanes, TElement, TGradient>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
            where TGradient : unmanaged, IElement<TGradient>
        {
            int count = rows * columns;
            using GuardedArray<Float32> weight = new(Kernels.Random(count, 1));
            using GuardedArray<Float32> first = new(Kernels.Random(count, 2));
            using GuardedArray<Float32> second = new(Kernels.Random(count, 3, 0.01, 1));
            using GuardedArray<TGradient> gradient = new(Kernels.Random(count, 4));
            using GuardedArray<TElement> copy = new(count);
            (double[] w, double[] m, double[] v) = Expected(weight.Values, first.Values, second.Values, gradient.Values);
            double squares = gradient.Values.Sum(value => value * value);

            ParameterBlock block = new()
            {
                Weight = (float*)weight.Data,
                First = (float*)first.Data,
                Second = (float*)second.Data,
                Gradient = gradient.Data,
                Copy = copy.Data,
                Rows = rows,
                Columns = columns,
                NormalizedAxis = axis,
                Decays = true,
                RateFactor = RateFactor,
                GradientIsFloat32 = typeof(TGradient) == typeof(Float32),
            };
            double* sums = stackalloc double[Kernels.Threads];
            Kernels.RunTeam(new GradientSquares<TLanes, TElement> { Blocks = &block, BlockCount = 1, Sums = sums });
            Assert.Equal(squares, sums[0] + sums[1], 1e-5 * squares);

            Kernels.RunTeam(new SphereAdamStep<TLanes, TElement> { Blocks = &block, BlockCount = 1, Constants = Constants });
            Kernels.Close(Kernels.Constant(w, count), weight.Values, "weights", 1e-6);
            Kernels.Close(Kernels.Constant(m, count), first.Values, "first moment", 1e-6);
            Kernels.Close(Kernels.Constant(v, count), second.Values, "second moment", 1e-6);
            Kernels.Close<TElement>(Kernels.Constant(weight.Values, count), copy.Values, "copy");

            using GuardedArray<TElement> again = new(count);
            block.Copy = again.Data;
            Kernels.RunTeam(new WeightCopy<TLanes, TElement> { Blocks = &block, BlockCount = 1 });
            Assert.Equal(copy.Values, again.Values);

            Kernels.RunTeam(new NormErrors { Blocks = &block, BlockCount = 1, Largest = sums });
            Assert.InRange(Math.Max(sums[0], sums[1]), 0, axis < 0 ? 0 : 1e-6);
            weight.Data[count / 2] = new Float32(weight.Data[count / 2].Number + 0.5f);
            Kernels.RunTeam(new NormErrors { Blocks = &block, BlockCount = 1, Largest = sums });
            Assert.Equal(axis >= 0, Math.Max(sums[0], sums[1]) > 1e-3);
        }

        private (double[] Weight, double[] First, double[] Second) Expected(double[] w, double[] m, double[] v, double[] g)
        {
            (w, m, v) = ([.. w], [.. m], [.. v]);
            for (int i = 0; i < w.Length; i++)
            {
                double scaled = g[i] * Constants.GradientScale;
                m[i] = (m[i] * Constants.KeptFirst) + (scaled * (1 - Constants.KeptFirst));
                v[i] = (v[i] * Constants.KeptSecond) + (scaled * scaled * (1 - Constants.KeptSecond));
                w[i] = (w[i] * (1 - (RateFactor * Constants.Decay))) - (RateFactor * Constants.StepSize * m[i] / ((Math.Sqrt(v[i]) / Constants.RootCorrection) + Constants.Epsilon));
            }

            double[] norms = new double[axis == 1 ? rows : columns];
            for (int i = 0; axis >= 0 && i < w.Length; i++)
            {
                norms[axis == 1 ? i / columns : i % columns] += w[i] * w[i];
            }

            for (int i = 0; axis >= 0 && i < w.Length; i++)
            {
                w[i] /= Math.Sqrt(norms[axis == 1 ? i / columns : i % columns]);
            }

            return (w, m, v);
        }
    }
}
