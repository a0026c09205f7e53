using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Sampling;

namespace NGpt.Core.Tests.Sampling;

public sealed class SoftmaxDrawTests
{
    private const int Most = 3001;

    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    [InlineData(2.7)]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    public void Weights_and_their_sum_are_bit_identical_for_every_vector_width(double temperature)
    {
        foreach (int size in (int[])[1, 3, 7, 8, 31, 255, 256, 257, 700, Most])
        {
            float[] values = Values(size, seed: size);
            (float[] expected, double total) = Fill<ScalarLane>(values, temperature);
            Same(Fill<PairLanes>(values, temperature));
            Same(Fill<Lanes128>(values, temperature));
            Same(Fill<Lanes256>(values, temperature));
            Same(Fill<Lanes512>(values, temperature));

            void Same((float[] Weights, double Total) actual)
            {
                Assert.Equal(expected, actual.Weights);
                Assert.Equal(total, actual.Total);
            }
        }
    }

    [Fact]
    public void Weights_are_exponentials_and_zero_where_negligible()
    {
        float[] values = [5f, 5f - 86f, 5f - 89f, float.MinValue, .. Values(300, seed: 4)];
        float max = values.Max();
        foreach (double temperature in (double[])[0.5, 1, 4])
        {
            (float[] weights, double total) = Fill<Lanes256>(values, temperature);
            double[] expected = [.. values.Select(value => Math.Exp((value - (double)max) / temperature))];
            for (int i = 0; i < values.Length; i++)
            {
                Assert.Equal(expected[i], weights[i], 1e-5 * expected[i] + 1e-37);
            }

            Assert.Equal(expected.Sum(), total, 1e-6 * total);
            Assert.Equal(0, weights[3]);
        }

        Assert.Equal(0, Fill<Lanes256>([0f, -89f], 1).Weights[1]);
        Assert.Equal([1f, 1f], Fill<Lanes256>([0f, -89f], 1e30).Weights);
    }

    [Fact]
    public void A_draw_follows_the_cumulative_sum()
    {
        Random random = new(8);
        foreach (int size in (int[])[1, 2, 256, 257, 1000, Most])
        {
            // Entire blocks are zero, at the end and in between.
            float[] values = [.. Values(size, seed: size).Select((value, i) => i / 256 % 3 == 2 ? -200f : value)];
            SoftmaxDraw softmax = new(Most);
            softmax.Fill(values, values.Max(), 1);
            for (int round = 0; round < 300; round++)
            {
                double uniform = random.NextDouble();
                double left = uniform * softmax.Total;
                int expected = 0;
                while (left >= softmax.Weights[expected])
                {
                    left -= softmax.Weights[expected++];
                }

                Assert.Equal(expected, softmax.Draw(uniform));
            }

            Assert.True(softmax.Weights[softmax.Draw(0)] > 0);
            Assert.Equal(softmax.Weights.LastIndexOfAnyExcept(0f), softmax.Draw(Math.BitDecrement(1)));
        }
    }

    [Fact]
    public void Values_may_be_in_the_buffer_of_the_weights()
    {
        float[] values = Values(700, seed: 3);
        SoftmaxDraw softmax = new(Most);
        values.CopyTo(softmax.Buffer(700));
        softmax.Fill(softmax.Buffer(700), values.Max(), 1.5);
        Assert.Equal(Fill<Lanes256>(values, 1.5).Weights, softmax.Weights.ToArray());
    }

    private static (float[] Weights, double Total) Fill<TLanes>(float[] values, double temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        SoftmaxDraw softmax = new(Most);
        softmax.Fill<TLanes>(values, values.Max(), temperature);
        return (softmax.Weights.ToArray(), softmax.Total);
    }

    private static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() + random.NextDouble() - 1) * 9))];
    }
}
