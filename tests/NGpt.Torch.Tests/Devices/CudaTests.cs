using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Native;
using NGpt.Torch.Optimization;
using NGpt.Torch.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Devices;

/// <summary>The plain modules on a GPU against the same modules on the CPU. Skipped, and reported so, where there is none.</summary>
public sealed class CudaTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Logits_gradients_and_a_step_agree_with_the_CPU(Architecture architecture)
    {
        RequireCuda();
        (Tensor Logits, Dictionary<string, Tensor> Parameters) onCpu = OneStep(architecture, CPU);
        (Tensor Logits, Dictionary<string, Tensor> Parameters) onCuda = OneStep(architecture, CUDA);
        Assert.True((onCpu.Logits - onCuda.Logits).abs().max().item<float>() < 1e-4);
        foreach ((string name, Tensor expected) in onCpu.Parameters)
        {
            double error = ((onCuda.Parameters[name] - expected).norm() / expected.norm()).item<float>();
            Assert.True(error < 1e-3, $"{name}: {error}");
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void A_step_of_the_medium_preset_runs_and_is_timed(Architecture architecture)
    {
        RequireCuda();
        ModelConfig config = RunConfigResolver.ResolveModel(
            SettingLayers.Create([("preset", "medium"), ("arch", architecture.ToString())]), vocabularySize: 32_000);
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = LanguageModel.Create(config, device: CUDA);
        ModelInitializer.Initialize(model, seed: 1);
        using SphereAdam optimizer = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
        Tensor tokens = randint(0, 32_000, [4, config.ContextLength + 1], dtype: ScalarType.Int64).to(CUDA);
        for (int step = 0; step < 5; step++)
        {
            long start = Stopwatch.GetTimestamp();
            double loss = Backward(model, tokens);
            optimizer.Step(1e-3);
            cuda.synchronize();
            output.WriteLine($"{architecture} step {step}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms, loss {loss:0.0000}");
            Assert.True(double.IsFinite(loss));
        }
    }

    private static void RequireCuda() =>
        Assert.SkipUnless(DeviceChoice.Auto.Resolve().type == DeviceType.CUDA, "there is no CUDA device");

    private static (Tensor Logits, Dictionary<string, Tensor> Parameters) OneStep(Architecture architecture, Device device)
    {
        using LanguageModel model = LanguageModel.Create(TestModels.Config(architecture), device: device);
        ModelInitializer.Initialize(model, seed: 9);
        using SphereAdam optimizer = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0.1));
        Tensor tokens = TestModels.Tokens(3, 14).to(device);
        Backward(model, tokens);
        Tensor logits = model.forward(tokens.narrow(1, 0, 13)).detach().cpu();
        optimizer.Step(0.01);
        return (logits, model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().cpu()));
    }

    private static double Backward(LanguageModel model, Tensor tokens)
    {
        using IDisposable scope = NewDisposeScope();
        long length = tokens.shape[1] - 1;
        model.zero_grad();
        Tensor logits = model.forward(tokens.narrow(1, 0, length));
        Tensor loss = nn.functional.cross_entropy(logits.flatten(0, 1), tokens.narrow(1, 1, length).flatten());
        loss.backward();
        return loss.item<float>();
    }
}
