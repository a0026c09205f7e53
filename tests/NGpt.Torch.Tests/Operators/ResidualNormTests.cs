using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.ResidualNorm;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators;

/// <summary>The baseline's addition and RMSNorm against the formula in float64.</summary>
public sealed class ResidualNormTests
{
    private const double Epsilon = 1e-3;

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
            using GuardedArray<Float32> hidden = new(Kernels.Random(rows * width, 1));
            using GuardedArray<TElement> branch = new(Kernels.Random(rows * width, 2));
            using GuardedArray<Float32> gain = new(Kernels.Random(width, 3, 0.5, 2));
            using GuardedArray<Float32> residual = new(Kernels.Random(rows * width, 4));
            using GuardedArray<TElement> outputGradient = new(Kernels.Random(rows * width, 5));

            Tensor h = Kernels.Variable(hidden.Values, rows, width);
            Tensor b = Kernels.Variable(branch.Values, rows, width);
            Tensor w = Kernels.Variable(gain.Values, width);
            Tensor sum = h + b;
            Tensor normalized = sum / ((sum * sum).mean([-1], keepdim: true) + tensor(Epsilon)).sqrt() * w;
            ((sum * Kernels.Constant(residual.Values, rows, width)) + (normalized * Kernels.Constant(outputGradient.Values, rows, width))).sum().backward();

            using GuardedArray<Float32> output = new(rows * width);
            using GuardedArray<TElement> elements = new(rows * width);
            ResidualNormForward<TLanes, TElement> forward = new()
            {
                Hidden = (float*)hidden.Data,
                Branch = branch.Data,
                Gain = (float*)gain.Data,
                Output = (float*)output.Data,
                Normalized = elements.Data,
                Epsilon = (float)Epsilon,
                RowCount = rows,
                Width = width,
            };
            Kernels.RunTeam(forward);
            Kernels.Close(sum, output.Values, "sum", 1e-6);
            Kernels.Close<TElement>(normalized, elements.Values, "normalized");

            using GuardedArray<TElement> again = new(rows * width);
            Kernels.RunTeam(forward with { Hidden = (float*)output.Data, Branch = null, Output = null, Normalized = again.Data });
            Kernels.Close<TElement>(normalized, again.Values, "normalized without a branch");

            using GuardedArray<TElement> branchGradient = new(rows * width);
            using GuardedArray<Float32> gainGradients = new GuardedArray<Float32>(Kernels.Threads * width).Cleared();
            Kernels.RunTeam(new ResidualNormBackward<TLanes, TElement>
            {
                Hidden = (float*)output.Data,
                Gain = (float*)gain.Data,
                ResidualGradient = (float*)residual.Data,
                OutputGradient = outputGradient.Data,
                BranchGradient = branchGradient.Data,
                GainGradients = (float*)gainGradients.Data,
                Epsilon = (float)Epsilon,
                RowCount = rows,
                Width = width,
            });
            Kernels.Close(h.grad!, residual.Values, "gradient of h", 1e-5);
            Kernels.Close<TElement>(b.grad!, branchGradient.Values, "gradient of the branch");
            Kernels.Close(w.grad!, Kernels.SumThreads(gainGradients.Values), "gradient of the gain", 1e-5);
        }
    }
}
