using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Models;
using NGpt.Torch.Operators.QueryKeyPreparation;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Rotation, norm and scale of queries and keys against the plain modules in float64.</summary>
public sealed class QueryKeyPreparationTests
{
    [Theory]
    [InlineData(2, 5, 3, 10)]
    [InlineData(1, 1, 2, 2)]
    [InlineData(3, 7, 1, 48)]
    [InlineData(1, 4, 2, 80)]
    public void Output_and_gradients_match(int batch, int length, int heads, int headWidth) =>
        Kernels.ForAll(new Check(batch, length, heads, headWidth));

    private sealed unsafe class Check(int batch, int length, int heads, int headWidth) : IKernelCheck
    {
        private const float AttentionScale = 1.75f;

        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            Compare<TLanes, TElement, Normalized>();
            Compare<TLanes, TElement, ScaledOnly>();
            Compare<TLanes, TElement, RotatedOnly>();
        }

        private void Compare<TLanes, TElement, TRule>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
            where TRule : struct, IQueryKeyRule
        {
            using IDisposable scope = NewDisposeScope();
            int width = heads * headWidth;
            int count = batch * length * width;
            using GuardedArray<TElement> projected = new(Kernels.Random(3 * count, 1, -2, 2));
            using GuardedArray<Float32> scale = new(Kernels.Random(width, 2, 0.5, 2));
            using GuardedArray<TElement> queryGradients = new(Kernels.Random(count, 3));
            using GuardedArray<TElement> keyGradients = new(Kernels.Random(count, 4));
            using GuardedArray<TElement> valueGradients = new(Kernels.Random(count, 5));
            using GuardedArray<Float32> cosines = new(length * headWidth);
            using GuardedArray<Float32> sines = new(length * headWidth);
            RotaryTable.Fill((float*)cosines.Data, (float*)sines.Data, length, headWidth, 10_000);

            Tensor qkv = Kernels.Variable(projected.Values, batch, length, 3 * width);
            Tensor s = Kernels.Variable(scale.Values, width);
            Tensor[] parts = [.. qkv.chunk(3, -1).Select(part => part.unflatten(2, heads, headWidth))];
            Tensor turns = RotaryEmbedding.Rotations(0, length, headWidth, 10_000, ScalarType.Float64, CPU);
            Tensor q = Prepare(parts[0]) * tensor((double)AttentionScale);
            Tensor k = Prepare(parts[1]);
            Tensor v = parts[2].transpose(1, 2);
            ((q * Gradient(queryGradients)) + (k * Gradient(keyGradients)) + (v * Gradient(valueGradients))).sum().backward();

            using GuardedArray<TElement> queries = new(count);
            using GuardedArray<TElement> keys = new(count);
            using GuardedArray<TElement> values = new(count);
            Kernels.RunTeam(new QueryKeyForward<TLanes, TElement, TRule>
            {
                Projected = projected.Data,
                Cosines = (float*)cosines.Data,
                Sines = (float*)sines.Data,
                Scale = (float*)scale.Data,
                AttentionScale = AttentionScale,
                Queries = queries.Data,
                Keys = keys.Data,
                Values = values.Data,
                Batch = batch,
                Length = length,
                HeadCount = heads,
                HeadWidth = headWidth,
            });
            Kernels.Close<TElement>(q, queries.Values, "queries");
            Kernels.Close<TElement>(k, keys.Values, "keys");
            Kernels.Close(v.contiguous(), values.Values, "values", 0);

            using GuardedArray<Float32> scaleGradients = new GuardedArray<Float32>(Kernels.Threads * width).Cleared();
            Kernels.RunTeam(new QueryKeyBackward<TLanes, TElement, TRule>
            {
                Projected = projected.Data,
                Cosines = (float*)cosines.Data,
                Sines = (float*)sines.Data,
                Scale = (float*)scale.Data,
                AttentionScale = AttentionScale,
                QueryGradients = queryGradients.Data,
                KeyGradients = keyGradients.Data,
                ValueGradients = valueGradients.Data,
                ScaleGradients = (float*)scaleGradients.Data,
                Batch = batch,
                Length = length,
                HeadCount = heads,
                HeadWidth = headWidth,
            });
            Kernels.Close<TElement>(qkv.grad!, projected.Values, "gradients of q, k, v");
            if (TRule.Scales)
            {
                Kernels.Close(s.grad!, Kernels.SumThreads(scaleGradients.Values), "gradient of s_qk", 1e-5);
            }

            Tensor Prepare(Tensor raw)
            {
                Tensor turned = RotaryEmbedding.Rotate(raw, turns);
                Tensor lengths = TRule.Normalizes ? Hypersphere.Normalize(turned) : turned;
                return (TRule.Scales ? lengths * s.reshape(heads, headWidth) : lengths).transpose(1, 2);
            }

            Tensor Gradient(GuardedArray<TElement> gradient) => Kernels.Constant(gradient.Values, batch, heads, length, headWidth);
        }
    }
}
