using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.ScaledSwiGlu;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators;

/// <summary>The gated hidden state, with and without scales, against the formula in float64.</summary>
public sealed class ScaledSwiGluTests
{
    [Theory]
    [InlineData(7, 50)]
    [InlineData(3, 1)]
    [InlineData(2, 33)]
    [InlineData(5, 64)]
    public void Output_and_gradients_match(int rows, int width) => Kernels.ForAll(new Check(rows, width));

    private sealed unsafe class Check(int rows, int width) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            Compare<TLanes, TElement, Scaled>();
            Compare<TLanes, TElement, Unscaled>();
        }

        private void Compare<TLanes, TElement, TScaling>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
            where TScaling : struct, IScaling
        {
            using IDisposable scope = NewDisposeScope();
            using GuardedArray<TElement> upAndGate = new(Kernels.Random(rows * 2 * width, 1, -6, 6));
            using GuardedArray<Float32> upScale = new(Kernels.Random(width, 2, 0.5, 2));
            using GuardedArray<Float32> gateScale = new(Kernels.Random(width, 3, 0.5, 2));
            using GuardedArray<TElement> outputGradient = new(Kernels.Random(rows * width, 4));

            Tensor uv = Kernels.Variable(upAndGate.Values, rows, 2 * width);
            Tensor su = Kernels.Variable(upScale.Values, width);
            Tensor sv = Kernels.Variable(gateScale.Values, width);
            Tensor[] halves = uv.chunk(2, -1);
            (Tensor u, Tensor v) = TScaling.IsScaled ? (halves[0] * su, halves[1] * sv) : (halves[0], halves[1]);
            Tensor expected = u * nn.functional.silu(v);
            (expected * Kernels.Constant(outputGradient.Values, rows, width)).sum().backward();

            using GuardedArray<TElement> output = new(rows * width);
            Kernels.RunTeam(new SwiGluForward<TLanes, TElement, TScaling>
            {
                Up = upAndGate.Data,
                Gate = upAndGate.Data + width,
                InputStride = 2 * width,
                UpScale = (float*)upScale.Data,
                GateScale = (float*)gateScale.Data,
                Output = output.Data,
                RowCount = rows,
                Width = width,
            });
            double[] forward = output.Values;
            Kernels.Close<TElement>(expected, forward, "output");

            using GuardedArray<TElement> again = new(rows * width);
            using GuardedArray<Float32> upScaleGradients = new GuardedArray<Float32>(Kernels.Threads * width).Cleared();
            using GuardedArray<Float32> gateScaleGradients = new GuardedArray<Float32>(Kernels.Threads * width).Cleared();
            Kernels.RunTeam(new SwiGluBackward<TLanes, TElement, TScaling>
            {
                UpAndGate = upAndGate.Data,
                UpScale = (float*)upScale.Data,
                GateScale = (float*)gateScale.Data,
                OutputGradient = outputGradient.Data,
                Output = again.Data,
                UpScaleGradients = (float*)upScaleGradients.Data,
                GateScaleGradients = (float*)gateScaleGradients.Data,
                RowCount = rows,
                Width = width,
            });
            Kernels.Close<TElement>(expected, again.Values, "output of the backward pass");
            Kernels.Close<TElement>(uv.grad!, upAndGate.Values, "gradients of u and v");
            if (TScaling.IsScaled)
            {
                Kernels.Close(su.grad!, Kernels.SumThreads(upScaleGradients.Values), "gradient of s_u", 1e-5);
                Kernels.Close(sv.grad!, Kernels.SumThreads(gateScaleGradients.Values), "gradient of s_v", 1e-5);
            }
            else
            {
                Assert.All(upScaleGradients.Values.Concat(gateScaleGradients.Values), value => Assert.Equal(0, value));
            }
        }
    }
}
