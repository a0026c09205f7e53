using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

public sealed class HypersphereTests
{
    [Fact]
    public void Normalize_makes_unit_vectors_along_the_axis_asked_for()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor x = randn(7, 11, dtype: ScalarType.Float64);
        Assert.True((Hypersphere.Normalize(x).square().sum(new long[] { 1 }) - 1).abs().max().item<double>() < 1e-15);
        Assert.True((Hypersphere.Normalize(x, axis: 0).square().sum(new long[] { 0 }) - 1).abs().max().item<double>() < 1e-15);
        Assert.True((Hypersphere.Normalize(x, axis: 0).square().sum(new long[] { 1 }) - 1).abs().max().item<double>() > 0.01);
    }

    [Fact]
    public void Update_stays_on_the_sphere_and_moves_towards_the_branch()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor h = Hypersphere.Normalize(randn(3, 5, 17, dtype: ScalarType.Float64));
        Tensor branch = randn(3, 5, 17, dtype: ScalarType.Float64);
        Tensor direction = Hypersphere.Normalize(branch);
        Tensor alpha = full(17, 0.25, dtype: ScalarType.Float64);
        Tensor moved = Hypersphere.Update(h, branch, alpha);
        Assert.True((linalg.vector_norm(moved, 2, [-1], keepdim: false) - 1).abs().max().item<double>() < 1e-15);
        Tensor before = (h * direction).sum(new long[] { -1 });
        Tensor after = (moved * direction).sum(new long[] { -1 });
        Assert.True((after > before).all().item<bool>());
    }

    [Fact]
    public void Update_ignores_the_sign_of_alpha_and_the_length_of_the_branch()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor h = Hypersphere.Normalize(randn(2, 3, 9, dtype: ScalarType.Float64));
        Tensor branch = randn(2, 3, 9, dtype: ScalarType.Float64);
        Tensor alpha = randn(9, dtype: ScalarType.Float64);
        Tensor expected = Hypersphere.Update(h, branch, alpha);
        Assert.True((expected - Hypersphere.Update(h, branch * 7.5, -alpha)).abs().max().item<double>() < 1e-14);
    }

    [Fact]
    public void Alpha_of_one_goes_all_the_way_and_zero_stays()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor h = Hypersphere.Normalize(randn(2, 3, 9, dtype: ScalarType.Float64));
        Tensor branch = randn(2, 3, 9, dtype: ScalarType.Float64);
        Tensor one = ones(9, dtype: ScalarType.Float64);
        Assert.True((Hypersphere.Update(h, branch, one) - Hypersphere.Normalize(branch)).abs().max().item<double>() < 1e-14);
        Assert.True((Hypersphere.Update(h, branch, one * 0) - h).abs().max().item<double>() < 1e-14);
    }
}
