using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Tests.Models;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Optimization;

public sealed class SphereAdamTests
{
    [Fact]
    public void Norms_are_within_a_millionth_of_one_after_every_step()
    {
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        using SphereAdam optimizer = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
        for (int step = 0; step < 25; step++)
        {
            Backward(model, step);
            // A rate far above any sensible one: the norms must not depend on it.
            optimizer.Step(0.5);
            Assert.InRange(ModelChecks.MaxNormError(model)!.Value, 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(0.5, 1.7, 0.3)]
    public void Without_the_sphere_and_decay_it_is_Adam_and_with_decay_AdamW(double embedding, double matrices, double vectors)
    {
        using LanguageModel model = TestModels.Create(Architecture.Gpt, ScalarType.Float64);
        OptimizerSettings settings = new(0.8, 0.93, 1e-7, 0.2) { Factors = new LearningRateFactors(embedding, matrices, vectors) };
        using SphereAdam optimizer = new(model, settings);
        (string Name, double[] Value, double[] First, double[] Second)[] reference =
            [.. model.named_parameters().Select(entry => (entry.name, entry.parameter.data<double>().ToArray(), new double[entry.parameter.numel()], new double[entry.parameter.numel()]))];
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        for (int step = 1; step <= 4; step++)
        {
            Backward(model, step);
            double global = 0.01 / step;
            foreach ((string name, double[] value, double[] first, double[] second) in reference)
            {
                double rate = global * (name == "model.embed_tokens.weight" ? embedding : parameters[name].dim() == 2 ? matrices : vectors);
                double[] gradient = parameters[name].grad!.data<double>().ToArray();
                for (int i = 0; i < value.Length; i++)
                {
                    first[i] = (0.8 * first[i]) + (0.2 * gradient[i]);
                    second[i] = (0.93 * second[i]) + (0.07 * gradient[i] * gradient[i]);
                    double decay = parameters[name].dim() == 2 ? rate * 0.2 : 0;
                    double update = first[i] / (1 - Math.Pow(0.8, step)) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.93, step))) + 1e-7);
                    value[i] = (value[i] * (1 - decay)) - (rate * update);
                }
            }

            optimizer.Step(global);
            foreach ((string name, double[] value, _, _) in reference)
            {
                double[] actual = parameters[name].data<double>().ToArray();
                Assert.All(value.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
            }
        }
    }

    [Fact]
    public void Two_identical_runs_give_identical_bits()
    {
        Assert.Equal(Train(), Train());

        static float[] Train()
        {
            using LanguageModel model = TestModels.Create(Architecture.NGpt);
            using SphereAdam optimizer = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
            for (int step = 0; step < 7; step++)
            {
                Backward(model, step);
                optimizer.Step(0.01);
            }

            return [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
        }
    }

    [Fact]
    public void Learns_to_predict_a_fixed_batch()
    {
        foreach (Architecture architecture in Enum.GetValues<Architecture>())
        {
            using LanguageModel model = TestModels.Create(architecture);
            using SphereAdam optimizer = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
            double first = Backward(model, seed: 1);
            for (int step = 0; step < 60; step++)
            {
                Backward(model, seed: 1);
                optimizer.Step(0.02);
            }

            Assert.True(Backward(model, seed: 1) < first / 4, $"{architecture}: {first} to {Backward(model, seed: 1)}");
        }
    }

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(100, null)]
    [InlineData(0, null)]
    public void Clipping_limits_the_global_norm_only_when_it_is_larger(double limit, double? expected)
    {
        using LanguageModel model = TestModels.Create(Architecture.Gpt);
        Backward(model, seed: 2, factor: 50);
        Parameter[] parameters = [.. model.parameters()];
        double before = GradientClip.GlobalNorm(parameters);
        double exact = Math.Sqrt(parameters.Sum(parameter => parameter.grad!.data<float>().ToArray().Sum(value => (double)value * value)));
        Assert.Equal(exact, before, exact * 1e-6);
        Assert.True(before > 0.5 && before < 100);
        GradientClip.Apply(parameters, GradientClip.Scale(before, limit));
        Assert.Equal(expected ?? before, GradientClip.GlobalNorm(parameters), before * 1e-5);
    }

    private static double Backward(LanguageModel model, long seed, double factor = 1)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor tokens = TestModels.Tokens(3, 14, seed);
        model.zero_grad();
        Tensor logits = model.forward(tokens.narrow(1, 0, 13));
        Tensor loss = nn.functional.cross_entropy(logits.flatten(0, 1), tokens.narrow(1, 1, 13).flatten());
        (loss * factor).backward();
        return loss.to_type(ScalarType.Float64).item<double>();
    }
}
