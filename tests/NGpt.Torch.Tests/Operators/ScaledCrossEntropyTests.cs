using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.ScaledCrossEntropy;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Cross-entropy with and without a scale against float64; large logits, one confident row.</summary>
public sealed class ScaledCrossEntropyTests
{
    [Theory]
    [InlineData(7, 50)]
    [InlineData(3, 2)]
    [InlineData(1, 1003)]
    [InlineData(5, 64)]
    public void Losses_and_gradients_match(int rows, int vocabulary) => Kernels.ForAll(new Check(rows, vocabulary));

    [Fact]
    public unsafe void Not_a_number_is_not_hidden()
    {
        using GuardedArray<Float32> logits = new(Kernels.Random(40, 1));
        logits.Data[5] = new Float32(float.NaN);
        using GuardedArray<Float32> losses = new(2);
        using GuardedArray<Float32> scratch = new(2 * 20);
        int[] targets = [3, 4];
        fixed (int* target = targets)
        {
            Kernels.RunTeam(new CrossEntropy<Lanes128, Float32, Unscaled>
            {
                Logits = logits.Data,
                Scale = null,
                Targets = target,
                Losses = (float*)losses.Data,
                ScaleGradients = null,
                Scratch = scratch.Data,
                Weight = 0,
                RowCount = 2,
                VocabularySize = 20,
            });
        }

        Assert.True(double.IsNaN(losses.Values[0]));
        Assert.True(double.IsFinite(losses.Values[1]));
    }

    private sealed unsafe class Check(int rows, int vocabulary) : IKernelCheck
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
            const float Weight = 0.25f;
            using IDisposable scope = NewDisposeScope();
            double[] values = Kernels.Random(rows * vocabulary, 1, -4, 4);
            long[] targets = [.. Enumerable.Range(0, rows).Select(row => (long)(row * 31 % vocabulary))];
            if (rows > 4)
            {
                // Without a loss, as libtorch ignores it too.
                targets[2] = TokenBatch.NoTarget;
            }

            // A row whose target is nearly certain: 1 - p must not drown in rounding. And logits whose exponentials overflow.
            values[targets[0]] = vocabulary > 2 ? 9 : 2;
            values[((rows - 1) * vocabulary) + ((targets[rows - 1] + 1) % vocabulary)] = 300;
            using GuardedArray<TElement> logits = new(values);
            using GuardedArray<Float32> scale = new(Kernels.Random(vocabulary, 2, 0.7, 1.4));

            Tensor x = Kernels.Variable(logits.Values, rows, vocabulary);
            Tensor s = Kernels.Variable(scale.Values, vocabulary);
            Tensor expected = nn.functional.cross_entropy(TScaling.IsScaled ? x * s : x, tensor(targets), reduction: nn.Reduction.None);
            (expected.sum() * tensor((double)Weight)).backward();

            using GuardedArray<Float32> losses = new(rows);
            using GuardedArray<Float32> scaleGradients = new GuardedArray<Float32>(Kernels.Threads * vocabulary).Cleared();
            using GuardedArray<TElement> scratch = new(Kernels.Threads * vocabulary);
            fixed (int* target = Array.ConvertAll(targets, token => (int)token))
            {
                CrossEntropy<TLanes, TElement, TScaling> kernel = new()
                {
                    Logits = logits.Data,
                    Scale = (float*)scale.Data,
                    Targets = target,
                    Losses = (float*)losses.Data,
                    ScaleGradients = (float*)scaleGradients.Data,
                    Scratch = scratch.Data,
                    Weight = 0,
                    RowCount = rows,
                    VocabularySize = vocabulary,
                };
                double[] before = logits.Values;
                Kernels.RunTeam(kernel);
                Kernels.Close(expected, losses.Values, "losses alone", 1e-5);
                Assert.Equal(before, logits.Values);
                Kernels.RunTeam(kernel with { Weight = Weight });
            }

            Kernels.Close(expected, losses.Values, "losses", 1e-5);
            Kernels.Close<TElement>(x.grad!, logits.Values, "gradient of the logits");
            double[] first = logits.Values[..vocabulary];
            Kernels.Close(x.grad![0], first, "gradient of the confident row", typeof(TElement) == typeof(Float32) ? 1e-4 : 6e-3);
            if (TScaling.IsScaled)
            {
                Kernels.Close(s.grad!, Kernels.SumThreads(scaleGradients.Values), "gradient of s_z", typeof(TElement) == typeof(Float32) ? 1e-5 : 4e-3);
            }
        }
    }
}
