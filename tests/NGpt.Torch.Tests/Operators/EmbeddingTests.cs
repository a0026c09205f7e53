using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Embedding;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Rows of the token embedding and their gradients, against loops in float64.</summary>
public sealed class EmbeddingTests
{
    // A token that occurs several times, and more tokens than the vocabulary has.
    private static readonly int[] Tokens = [4, 0, 4, 2, 4, 1, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(50)]
    [InlineData(64)]
    public void Output_and_gradients_match(int width) => Kernels.ForAll(new Check(width));

    private sealed unsafe class Check(int width) : IKernelCheck
    {
        private const int Vocabulary = 5;

        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            Lookup<TLanes, TElement>();
            Gradient<TLanes, TElement>(hasOutputGradient: true);
            Gradient<TLanes, TElement>(hasOutputGradient: false);
        }

        private void Lookup<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            using GuardedArray<Float32> embedding = new(Kernels.Random(Vocabulary * width, 1));
            using GuardedArray<Float32> hidden = new(Tokens.Length * width);
            using GuardedArray<TElement> elements = new(Tokens.Length * width);
            fixed (int* tokens = Tokens)
            {
                Kernels.RunTeam(new EmbeddingLookup<TLanes, TElement>
                {
                    Embedding = (float*)embedding.Data,
                    Tokens = tokens,
                    Hidden = (float*)hidden.Data,
                    HiddenElements = elements.Data,
                    RowCount = Tokens.Length,
                    Width = width,
                });
            }

            double[] table = embedding.Values;
            double[] expected = [.. Tokens.SelectMany(token => table[(token * width)..((token + 1) * width)])];
            Assert.Equal(expected, hidden.Values);
            Assert.Equal(expected.Select(value => (double)TElement.Value(TElement.From((float)value))), elements.Values);
        }

        private void Gradient<TLanes, TElement>(bool hasOutputGradient)
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            double[] before = Kernels.Random(Vocabulary * width, 2);
            using GuardedArray<Float32> gradient = new(before);
            using GuardedArray<Float32> residual = new(Kernels.Random(Tokens.Length * width, 3));
            using GuardedArray<TElement> output = new(Kernels.Random(Tokens.Length * width, 4));
            fixed (int* tokens = Tokens)
            {
                Kernels.RunTeam(new EmbeddingGradient<TLanes, TElement>
                {
                    Gradient = (float*)gradient.Data,
                    Tokens = tokens,
                    ResidualGradient = (float*)residual.Data,
                    OutputGradient = hasOutputGradient ? output.Data : null,
                    RowCount = Tokens.Length,
                    Width = width,
                });
            }

            double[] expected = [.. before];
            (double[] first, double[] second) = (residual.Values, output.Values);
            for (int i = 0; i < first.Length; i++)
            {
                expected[(Tokens[i / width] * width) + (i % width)] += first[i] + (hasOutputGradient ? second[i] : 0);
            }

            Kernels.Close(Kernels.Constant(expected, expected.Length), gradient.Values, "gradient of the embedding", 1e-6);
        }
    }
}
