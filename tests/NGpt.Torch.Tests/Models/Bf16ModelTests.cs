using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

/// <summary>Models whose matrix products are in bfloat16, against the same parameters in float64.</summary>
public sealed class Bf16ModelTests(ITestOutputHelper output)
{
    // A bfloat16 number has 8 significant bits, so one rounding errs by at most 2^-9, about 0.2 percent.
    private const double Rounding = 1.0 / 512;

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Logits_loss_and_every_gradient_err_by_a_few_roundings(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        (Tensor Logits, double Loss, Dictionary<string, Tensor> Gradients) exact = Pass(architecture, ScalarType.Float64, Precision.F32);
        (Tensor Logits, double Loss, Dictionary<string, Tensor> Gradients) narrow = Pass(architecture, ScalarType.Float32, Precision.Bf16);
        (Tensor Logits, double Loss, Dictionary<string, Tensor> Gradients) wide = Pass(architecture, ScalarType.Float32, Precision.F32);

        // The lower bounds show that the products are in bfloat16 indeed, and that float32 is still float32.
        RequireError("logits", narrow.Logits, wide.Logits, exact.Logits);
        Assert.InRange(Math.Abs(narrow.Loss - exact.Loss) / exact.Loss, 0, 2 * Rounding);
        Assert.InRange(Math.Abs(wide.Loss - exact.Loss) / exact.Loss, 0, 1e-6);
        foreach ((string name, Tensor expected) in exact.Gradients)
        {
            RequireError(name, narrow.Gradients[name], wide.Gradients[name], expected);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Parameters_gradients_and_logits_are_float32(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture, precision: Precision.Bf16);
        Tensor logits = model.forward(TestModels.Tokens(2, 13));
        logits.sum().backward();
        Assert.Equal(ScalarType.Float32, logits.dtype);
        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.grad!.dtype));
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Cached_logits_are_near_uncached_ones(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LanguageModel model = TestModels.Create(architecture, precision: Precision.Bf16);
        using KeyValueCache cache = new(model.Config, 2, model.Type, model.Device);
        Tensor tokens = TestModels.Tokens(2, 13);
        Tensor expected = model.forward(tokens);
        model.NextTokenLogits(tokens.narrow(1, 0, 7), cache);
        Tensor last = model.NextTokenLogits(tokens.narrow(1, 7, 6), cache);
        Assert.InRange(Error(last.squeeze(1), expected[.., 12]), 0, 8 * Rounding);
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Training_follows_float32(Architecture architecture)
    {
        double[] wide = Train(Precision.F32);
        double[] narrow = Train(Precision.Bf16);
        output.WriteLine($"{architecture}: {wide[^1]:0.0000} in float32, {narrow[^1]:0.0000} in bf16");
        Assert.True(narrow[^1] < 0.9 * narrow[0]);
        Assert.All(wide.Zip(narrow), pair => Assert.Equal(1, pair.Second / pair.First, 0.01));

        double[] Train(Precision precision)
        {
            using LanguageModel model = TestModels.Create(architecture, precision: precision);
            using ModuleTrainingEngine engine = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
            Assert.Equal(precision, engine.Precision);
            TokenBatch batch = new(4, 13) { Count = 4 };
            using Tensor tokens = TestModels.Tokens(8, 13);
            int[] values = [.. tokens.data<long>().Select(token => (int)token)];
            values.AsSpan(0, 52).CopyTo(batch.Inputs);
            values.AsSpan(52).CopyTo(batch.Targets);
            return [.. Enumerable.Range(0, 15).Select(_ =>
            {
                engine.ClearGradients();
                double loss = engine.AddGradients(batch, 1);
                engine.Update(0.003, 1);
                return loss;
            })];
        }
    }

    private static (Tensor Logits, double Loss, Dictionary<string, Tensor> Gradients) Pass(Architecture architecture, ScalarType type, Precision precision)
    {
        using LanguageModel model = TestModels.Create(architecture, precision: precision);
        using LanguageModel same = LanguageModel.Create(model.Config, type, precision: precision);
        Dictionary<string, Parameter> parameters = same.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in model.named_parameters())
            {
                parameters[name].copy_(parameter);
            }
        }

        Tensor tokens = TestModels.Tokens(3, 14);
        Tensor logits = same.forward(tokens.narrow(1, 0, 13));
        Tensor loss = nn.functional.cross_entropy(logits.flatten(0, 1), tokens.narrow(1, 1, 13).flatten());
        loss.backward();
        return (
            logits.detach().to_type(ScalarType.Float64),
            loss.to_type(ScalarType.Float64).item<double>(),
            parameters.ToDictionary(entry => entry.Key, entry => entry.Value.grad!.to_type(ScalarType.Float64)));
    }

    private void RequireError(string name, Tensor narrow, Tensor wide, Tensor exact)
    {
        output.WriteLine($"{name}: {Error(narrow, exact):0.0e+0} in bf16, {Error(wide, exact):0.0e+0} in float32");
        Assert.InRange(Error(narrow, exact), Rounding / 8, 12 * Rounding);
        Assert.InRange(Error(wide, exact), 0, 1e-5);
    }

    private static double Error(Tensor actual, Tensor expected) => ((actual - expected).norm() / expected.norm()).to_type(ScalarType.Float64).item<double>();
}
