using NGpt.Core.Configuration;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Engine;

/// <summary>The engine against the plain modules, for every variant of nGPT.</summary>
public sealed class VariantEngineTests
{
    private const string Sizes = "layers=2 heads=3 embedding-width=42 mlp-width=95 context-length=19 batch-size=3 steps=8 learning-rate=0.01";

    private const int Vocabulary = 101;

    public static TheoryData<string> All => Variants.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Losses_logits_and_gradients_match_float64(string variant)
    {
        ModelConfig config = Variants.Model(variant, Vocabulary, Sizes);
        using LanguageModel model = EngineModels.Perturbed(config, 5);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        TokenBatch batch = EngineModels.Batch(config, 3, 3, 7);
        Results expected = EngineModels.Run(reference, batch);
        using LanguageModel spread = Variants.Spread(reference);
        IReadOnlyDictionary<string, double[]> summands = EngineModels.Run(spread, batch).Gradients;
        foreach (bool recomputes in new[] { false, true })
        {
            using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(3, false, recomputes), EngineModels.Settings);
            Results actual = EngineModels.Run(engine, model, batch);
            Assert.Equal(expected.Loss, actual.Loss, 1e-5 * expected.Loss);
            Assert.All(actual.ErrorsAgainst(expected), error => Assert.True(error.Value * Share(error.Key) < 2e-5, $"{error.Key}: {error.Value:e2}"));
        }

        // The gradient of one number is a sum that may cancel, that of s_u entirely: its error is in proportion to what is summed up.
        double Share(string name) => !expected.Gradients.TryGetValue(name, out double[]? gradient) || gradient.Length == summands[name].Length
            ? 1
            : (Norm(gradient) < 1e-12 ? 1 : Norm(gradient)) / Norm(summands[name]);
    }

    // The shape of a scale does not meet bf16: its gradient is summed up in float32.
    [Fact]
    public void Without_the_norm_bf16_errs_at_most_twice_as_much_as_the_plain_modules()
    {
        Assert.SkipWhen(FastEngineFactory.UnsupportedReason(CPU, Precision.Bf16) is not null, $"{FastEngineFactory.UnsupportedReason(CPU, Precision.Bf16)}");
        ModelConfig config = Variants.Model("qk-norm=none", 257, "layers=2 heads=2 embedding-width=64 mlp-width=250 context-length=70");
        using LanguageModel model = EngineModels.Perturbed(config, 11);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        using LanguageModel plain = EngineModels.Copy(model, ScalarType.Float32, Precision.Bf16);
        TokenBatch batch = EngineModels.Batch(config, 5, 5, 13);
        Results exact = EngineModels.Run(reference, batch);
        Dictionary<string, double> allowed = EngineModels.Run(plain, batch).ErrorsAgainst(exact);
        using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.Bf16, new EngineOptions(5, false, false), EngineModels.Settings);
        Dictionary<string, double> errors = EngineModels.Run(engine, model, batch).ErrorsAgainst(exact);
        Assert.All(errors, error => Assert.True(error.Value <= 2 * allowed[error.Key], $"{error.Key}: {error.Value:e2}, the plain modules {allowed[error.Key]:e2}"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Training_steps_follow_the_plain_modules(string variant)
    {
        ModelConfig config = Variants.Model(variant, Vocabulary, Sizes);
        TrainingConfig training = Variants.Training(variant, Sizes);
        // With weight decay, which nGPT does not have, to see that the factors of the rate reach it.
        OptimizerSettings settings = OptimizerSettings.Of(training) with { WeightDecay = 0.1 };
        using LanguageModel first = EngineModels.Perturbed(config, 3);
        using LanguageModel second = EngineModels.Copy(first, ScalarType.Float32);
        using ITrainingEngine engine = FastEngineFactory.Create(first, Precision.F32, new EngineOptions(3, false, false), settings);
        using ModuleTrainingEngine plain = new(second, settings);
        for (int step = 0; step < 8; step++)
        {
            TokenBatch batch = EngineModels.Batch(config, 3, 3, step);
            double expected = Step(plain, batch, training.LearningRate);
            Assert.Equal(expected, Step(engine, batch, training.LearningRate), 2e-5 * expected);
        }

        foreach (((string name, Parameter actual), (_, Parameter expected)) in first.named_parameters().Zip(second.named_parameters()))
        {
            // One s_u for all columns cancels in Norm(h_M): its gradient is zero, and Adam's steps follow the rounding.
            if (!name.EndsWith(".su", StringComparison.Ordinal) || actual.numel() > 1)
            {
                double error = Distance(actual, expected);
                Assert.True(error < 2e-4, $"{name}: {error:e2}");
            }
        }
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static double Distance(Parameter actual, Parameter expected)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        return linalg.vector_norm(actual - expected).item<float>() / linalg.vector_norm(expected).item<float>();
    }

    private static double Step(ITrainingEngine engine, TokenBatch batch, double rate)
    {
        engine.ClearGradients();
        double loss = engine.AddGradients(batch, 1);
        engine.Update(rate, Math.Min(1, 1 / (engine.GradientNorm() + 1e-6)));
        return loss;
    }
}
