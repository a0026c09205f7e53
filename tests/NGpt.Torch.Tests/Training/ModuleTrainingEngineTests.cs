using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Tests.Models;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Training;

public sealed class ModuleTrainingEngineTests
{
    private static readonly OptimizerSettings Settings = new(0.9, 0.95, 1e-8, 0.1);

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void A_step_is_that_of_the_modules_autograd_and_optimizer_bit_for_bit(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture);
        using LanguageModel reference = TestModels.Create(architecture);
        using ModuleTrainingEngine engine = new(model, Settings);
        using SphereAdam optimizer = new(reference, Settings);
        for (int step = 0; step < 3; step++)
        {
            engine.ClearGradients();
            reference.zero_grad();
            for (int pass = 0; pass < 3; pass++)
            {
                TokenBatch batch = Batch(seed: (step * 3) + pass);
                double loss = engine.AddGradients(batch, 1.0 / 3);
                Tensor expected = Loss(reference, batch);
                (expected / tensor(3)).backward();
                Assert.Equal(expected.item<float>(), loss);
            }

            Parameter[] parameters = [.. reference.parameters()];
            double norm = GradientClip.GlobalNorm(parameters);
            Assert.Equal(norm, engine.GradientNorm());
            Assert.Null(engine.FirstNonFiniteGradient());
            double scale = GradientClip.Scale(norm, norm / 2);
            Assert.Equal(0.5, scale, 1e-5);
            GradientClip.Apply(parameters, scale);
            optimizer.Step(0.01);
            engine.Update(0.01, scale);
            Assert.Equal(Values(reference), Values(model));
            Assert.Equal(optimizer.State.StepCount, engine.Optimizer.StepCount);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Evaluation_gives_the_loss_of_every_token_and_changes_nothing(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture);
        using ModuleTrainingEngine engine = new(model, Settings);
        float[] before = Values(model);
        TokenBatch batch = Batch(seed: 7);
        float[] losses = new float[batch.Targets.Length];
        engine.Evaluate(batch, losses);
        Assert.Equal(Loss(model, batch).item<float>(), losses.Average(), 1e-6f);

        // A batch that is not full is the beginning of the whole one.
        TokenBatch smaller = Batch(seed: 7);
        smaller.Count = 2;
        float[] fewer = new float[smaller.Targets.Length];
        engine.Evaluate(smaller, fewer);
        Assert.All(fewer.Zip(losses), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.Equal(before, Values(model));
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_named()
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(Architecture.Gpt);
        using ModuleTrainingEngine engine = new(model, Settings);
        engine.ClearGradients();
        engine.AddGradients(Batch(seed: 1), 1);
        model.get_parameter("model.layers.1.mlp.up_proj.weight")!.grad![3, 2] = tensor(float.NaN);
        Assert.False(double.IsFinite(engine.GradientNorm()));
        Assert.Equal("model.layers.1.mlp.up_proj.weight", engine.FirstNonFiniteGradient());
    }

    private static TokenBatch Batch(long seed)
    {
        using IDisposable scope = NewDisposeScope();
        TokenBatch batch = new(3, 13) { Count = 3 };
        long[] tokens = TestModels.Tokens(3, 14, seed).data<long>().ToArray();
        for (int i = 0; i < batch.Inputs.Length; i++)
        {
            int place = (i / 13 * 14) + (i % 13);
            (batch.Inputs[i], batch.Targets[i]) = ((int)tokens[place], (int)tokens[place + 1]);
        }

        return batch;
    }

    private static Tensor Loss(LanguageModel model, TokenBatch batch)
    {
        Tensor logits = model.forward(tensor(batch.Inputs.ToArray(), [batch.Count, 13]).to_type(ScalarType.Int64));
        return nn.functional.cross_entropy(logits.flatten(0, 1), tensor(batch.Targets.ToArray()).to_type(ScalarType.Int64));
    }

    private static float[] Values(LanguageModel model) => [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
}
