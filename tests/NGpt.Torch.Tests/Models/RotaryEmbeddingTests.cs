using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

public sealed class RotaryEmbeddingTests
{
    private const int Width = 14;

    [Fact]
    public void Rotation_keeps_lengths()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor x = randn(2, 9, 3, Width, dtype: ScalarType.Float64);
        Tensor turned = Rotate(x, firstPosition: 100);
        Tensor difference = linalg.vector_norm(turned, 2, [-1], keepdim: false) - linalg.vector_norm(x, 2, [-1], keepdim: false);
        Assert.True(difference.abs().max().item<double>() < 1e-13);
        Assert.True((turned - x).abs().max().item<double>() > 0.5);
    }

    [Fact]
    public void Products_depend_on_the_distance_alone()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor q = randn(1, 1, 1, Width, dtype: ScalarType.Float64);
        Tensor k = randn(1, 1, 1, Width, dtype: ScalarType.Float64);
        double Product(long i, long j) => (Rotate(q, i) * Rotate(k, j)).sum().item<double>();
        Assert.Equal(Product(7, 2), Product(107, 102), 1e-11);
        Assert.Equal(Product(3, 3), Product(0, 0), 1e-11);
        Assert.True(Math.Abs(Product(7, 2) - Product(7, 3)) > 1e-3);
        Assert.True(Math.Abs(Product(7, 2) - Product(2, 7)) > 1e-3);
    }

    [Fact]
    public void Pairs_are_interleaved_and_turn_by_the_angle_of_their_frequency()
    {
        using IDisposable scope = NewDisposeScope();
        const int position = 5;
        Tensor x = randn(1, 1, 1, Width, dtype: ScalarType.Float64);
        double[] before = x.data<double>().ToArray();
        double[] after = Rotate(x, position).data<double>().ToArray();
        for (int i = 0; i < Width / 2; i++)
        {
            double angle = position * Math.Pow(10_000, -2.0 * i / Width);
            (double a, double b) = (before[2 * i], before[(2 * i) + 1]);
            Assert.Equal((a * Math.Cos(angle)) - (b * Math.Sin(angle)), after[2 * i], 1e-13);
            Assert.Equal((a * Math.Sin(angle)) + (b * Math.Cos(angle)), after[(2 * i) + 1], 1e-13);
        }
    }

    private static Tensor Rotate(Tensor x, long firstPosition) =>
        RotaryEmbedding.Rotate(x, RotaryEmbedding.Rotations(firstPosition, x.shape[1], Width, 10_000, ScalarType.Float64, CPU));
}
