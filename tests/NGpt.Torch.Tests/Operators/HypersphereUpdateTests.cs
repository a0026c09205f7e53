using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Models;
using NGpt.Torch.Operators.HypersphereUpdate;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators;

/// <summary>The step along the sphere against <see cref="Hypersphere.Update"/> in float64.</summary>
public sealed class HypersphereUpdateTests
{
    [Theory]
    [InlineData(7, 50)]
    [InlineData(3, 2)]
    [InlineData(1, 17)]
    [InlineData(5, 1)]
    [InlineData(11, 64)]
    public void Output_and_gradients_match(int rows, int width) => Kernels.ForAll(new Check(rows, width));

    private sealed unsafe class Check(int rows, int width) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            using IDisposable scope = NewDisposeScope();
            using Tensor unit = Hypersphere.Normalize(Kernels.Constant(Kernels.Random(rows * width, 1), rows, width));
            using GuardedArray<Float32> hidden = new([.. unit.data<double>()]);
            using GuardedArray<TElement> branch = new(Kernels.Random(rows * width, 2, -3, 3));
            using GuardedArray<Float32> alpha = new(Kernels.Random(width, 3, 0.1, 0.9));
            using GuardedArray<Float32> residual = new(Kernels.Random(rows * width, 4));
            using GuardedArray<TElement> outputGradient = new(Kernels.Random(rows * width, 5));

            Tensor h = Kernels.Variable(hidden.Values, rows, width);
            Tensor b = Kernels.Variable(branch.Values, rows, width);
            Tensor a = Kernels.Variable(alpha.Values, width);
            Tensor expected = Hypersphere.Update(h, b, a);
            Tensor g = Kernels.Constant([.. residual.Values.Zip(outputGradient.Values, (x, y) => x + y)], rows, width);
            (expected * g).sum().backward();

            using GuardedArray<Float32> output = new(rows * width);
            using GuardedArray<TElement> elements = new(rows * width);
            Kernels.RunTeam(new HypersphereUpdateForward<TLanes, TElement>
            {
                Hidden = (float*)hidden.Data,
                Branch = branch.Data,
                Alpha = (float*)alpha.Data,
                Output = (float*)output.Data,
                OutputElements = elements.Data,
                RowCount = rows,
                Width = width,
            });
            Kernels.Close(expected, output.Values, "output", 2e-6);
            Kernels.Close<TElement>(expected, elements.Values, "output as activations");

            using GuardedArray<TElement> branchGradient = new(rows * width);
            using GuardedArray<Float32> alphaGradients = new GuardedArray<Float32>(Kernels.Threads * width).Cleared();
            Kernels.RunTeam(new HypersphereUpdateBackward<TLanes, TElement>
            {
                Hidden = (float*)hidden.Data,
                Branch = branch.Data,
                Alpha = (float*)alpha.Data,
                ResidualGradient = (float*)residual.Data,
                OutputGradient = outputGradient.Data,
                BranchGradient = branchGradient.Data,
                AlphaGradients = (float*)alphaGradients.Data,
                RowCount = rows,
                Width = width,
                ProjectsResidual = true,
            });
            if (width > 1)
            {
                Kernels.Close(h.grad!, residual.Values, "gradient of h", 1e-5);
                Kernels.Close<TElement>(b.grad!, branchGradient.Values, "gradient of the branch");
                Kernels.Close(a.grad!, Kernels.SumThreads(alphaGradients.Values), "gradient of alpha", 1e-5);
            }
            else
            {
                // On a sphere of two points nothing can move.
                Assert.All(residual.Values.Concat(branchGradient.Values), value => Assert.Equal(0, value, 1e-5));
            }
        }
    }
}
