using NGpt.Core.Errors;
using NGpt.Torch.Native;
using TorchSharp;

namespace NGpt.Torch.Tests.Native;

public sealed class DeviceChoiceTests
{
    [Theory]
    [InlineData("auto", "auto", 0)]
    [InlineData(" CPU ", "cpu", 0)]
    [InlineData("cuda", "cuda", 0)]
    [InlineData("Cuda:3", "cuda:3", 3)]
    public void The_four_forms_are_parsed(string text, string written, int index)
    {
        DeviceChoice choice = DeviceChoice.Parse(text);
        Assert.Equal(written, choice.ToString());
        Assert.Equal(index, choice.Index);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:128")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    public void Anything_else_is_rejected(string text) => Assert.Throws<UsageException>(() => DeviceChoice.Parse(text));

    [Fact]
    public void The_cpu_is_always_available() => Assert.Equal(DeviceType.CPU, DeviceChoice.Parse("cpu").Resolve().type);

    [Fact]
    public void Without_cuda_auto_selects_the_cpu_and_cuda_is_rejected_with_the_reason()
    {
        Assert.SkipWhen(LibTorch.Load().IsCudaBuild, "this libtorch has CUDA");
        Assert.Equal(DeviceType.CPU, DeviceChoice.Auto.Resolve().type);
        NGptException e = Assert.Throws<NGptException>(() => DeviceChoice.Parse("cuda:1").Resolve());
        Assert.StartsWith("device cuda:1 cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("is a CPU-only build", e.Message, StringComparison.Ordinal);
        Assert.Contains("NGPT_LIBTORCH", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cuda_build_without_a_driver_is_reported()
    {
        LibTorchInfo info = LibTorch.Load() with { IsCudaBuild = true };
        Assert.SkipWhen(torch.cuda.is_available() || !OperatingSystem.IsLinux() || File.Exists("/usr/lib/x86_64-linux-gnu/libcuda.so.1"), "there is a driver");
        Assert.Contains("libcuda.so.1", DeviceChoice.FindCudaObstacle(info)!.Value.Problem, StringComparison.Ordinal);
    }
}
