using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Engine;

/// <summary>What the trainer relies on: same bits, sums over passes, no allocation, refusals.</summary>
public sealed class EngineBehaviourTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void A_hundred_nano_steps_follow_the_plain_modules(Architecture architecture)
    {
        Preset nano = Presets.Nano;
        ModelConfig config = EngineModels.Config(
            architecture, nano.LayerCount, nano.HeadCount, nano.EmbeddingWidth, 4 * nano.EmbeddingWidth, nano.ContextLength, vocabulary: 256);
        double rate = architecture == Architecture.NGpt ? nano.NGptLearningRate : nano.GptLearningRate;
        using LanguageModel first = LanguageModel.Create(config);
        ModelInitializer.Initialize(first, 3);
        using LanguageModel second = EngineModels.Copy(first, ScalarType.Float32);
        using ITrainingEngine engine = FastEngineFactory.Create(first, Precision.F32, new EngineOptions(nano.BatchSize, false, false), EngineModels.Settings);
        using ModuleTrainingEngine plain = new ModuleTrainingEngine(second, EngineModels.Settings);
        double largest = 0;
        for (int step = 0; step < 100; step++)
        {
            TokenBatch batch = Sentences(config, nano.BatchSize, step);
            double a = Step(engine, batch, rate);
            double b = Step(plain, batch, rate);
            largest = Math.Max(largest, Math.Abs(a - b));
        }

        output.WriteLine($"largest difference {largest:e2}");
        Assert.InRange(largest, 0, 1e-5);
    }

    [Theory]
    [InlineData(Precision.F32)]
    [InlineData(Precision.Bf16)]
    public void The_same_run_gives_the_same_bits_with_and_without_recomputation(Precision precision)
    {
        Assert.SkipWhen(FastEngineFactory.UnsupportedReason(CPU, precision) is not null, "no bf16 products here");
        foreach (Architecture architecture in Enum.GetValues<Architecture>())
        {
            float[] expected = Train(architecture, precision, recomputes: false, threads: 2);
            Assert.Equal(expected, Train(architecture, precision, recomputes: false, threads: 2));
            Assert.Equal(expected, Train(architecture, precision, recomputes: true, threads: 2));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Any_number_of_threads_gives_the_same_result_but_for_rounding(int threads)
    {
        float[] expected = Train(Architecture.NGpt, Precision.F32, recomputes: false, threads: 2);
        float[] actual = Train(Architecture.NGpt, Precision.F32, recomputes: false, threads);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-4f));
    }

    [Theory]
    [InlineData(Precision.F32)]
    [InlineData(Precision.Bf16)]
    public void Passes_add_up_to_the_gradient_of_the_larger_batch(Precision precision)
    {
        Assert.SkipWhen(FastEngineFactory.UnsupportedReason(CPU, precision) is not null, "no bf16 products here");
        foreach (Architecture architecture in Enum.GetValues<Architecture>())
        {
            ModelConfig config = EngineModels.Config(architecture);
            using LanguageModel model = EngineModels.Perturbed(config, 1);
            TokenBatch all = EngineModels.Batch(config, 4, 4, 9);
            using IInspectableEngine whole = FastEngineFactory.Create(model, precision, new EngineOptions(4, false, false), EngineModels.Settings);
            Results expected = EngineModels.Run(whole, model, all);

            using IInspectableEngine halves = FastEngineFactory.Create(model, precision, new EngineOptions(2, true, false), EngineModels.Settings);
            halves.ClearGradients();
            double loss = 0;
            for (int half = 0; half < 2; half++)
            {
                TokenBatch part = new(2, config.ContextLength) { Count = 2 };
                int length = part.Inputs.Length;
                all.Inputs.Slice(half * length, length).CopyTo(part.Inputs);
                all.Targets.Slice(half * length, length).CopyTo(part.Targets);
                loss += halves.AddGradients(part, 0.5) / 2;
            }

            Assert.Equal(expected.Loss, loss, 1e-5);
            foreach ((string name, double[] gradient) in expected.Gradients)
            {
                float[] sum = new float[gradient.Length];
                halves.ReadGradient(name, sum);
                double norm = Math.Sqrt(gradient.Sum(value => value * value));
                double error = Math.Sqrt(gradient.Zip(sum, (a, b) => (a - b) * (a - b)).Sum());
                Assert.True(error <= (precision == Precision.F32 ? 1e-5 : 5e-3) * norm, $"{name}: {error / norm:e2}");
            }
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Tokens_without_a_target_have_no_loss_and_do_not_count_in_the_mean(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        TokenBatch batch = EngineModels.Batch(config, 3, 3, 9);
        for (int i = 0; i < batch.Targets.Length; i++)
        {
            batch.Targets[i] = i % 3 == 0 ? batch.Targets[i] : TokenBatch.NoTarget;
        }

        using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(3, false, false), EngineModels.Settings);
        using ModuleTrainingEngine plain = new(model, EngineModels.Settings);
        float[] losses = new float[batch.Targets.Length];
        plain.Evaluate(batch, losses);
        double mean = losses.Sum(loss => (double)loss) / batch.CountTargets();
        Assert.Equal(0, losses[1]);
        Compare(mean);

        batch.Targets.Fill(TokenBatch.NoTarget);
        Compare(0);

        void Compare(double loss)
        {
            plain.ClearGradients();
            engine.ClearGradients();
            Assert.Equal(loss, plain.AddGradients(batch, 0.5), 1e-5);
            Assert.Equal(loss, engine.AddGradients(batch, 0.5), 1e-5);
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
            {
                float[] expected = parameter.grad!.data<float>().ToArray();
                float[] actual = new float[expected.Length];
                engine.ReadGradient(name, actual);
                double norm = Math.Sqrt(expected.Sum(value => (double)value * value));
                double error = Math.Sqrt(expected.Zip(actual, (a, b) => ((double)a - b) * (a - b)).Sum());
                Assert.True(error <= 1e-5 * norm, $"{name}: {error:e2} of {norm:e2}");
            }
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Evaluation_of_a_smaller_batch_gives_the_losses_of_the_plain_modules(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        TokenBatch batch = EngineModels.Batch(config, 2, 5, 9);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(5, false, false), EngineModels.Settings);
        using ModuleTrainingEngine plain = new ModuleTrainingEngine(model, EngineModels.Settings);
        float[] actual = new float[batch.Inputs.Length];
        float[] expected = new float[batch.Inputs.Length];
        engine.Evaluate(batch, actual);
        plain.Evaluate(batch, expected);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
        Assert.Equal(plain.MaxNormError() ?? -1, engine.MaxNormError() ?? -1, 1e-12);
    }

    [Fact]
    public void A_vocabulary_of_100003_is_cut_into_chunks()
    {
        ModelConfig config = EngineModels.Config(Architecture.NGpt, layers: 1, heads: 1, width: 6, mlpWidth: 5, length: 200, vocabulary: 100_003);
        Assert.True(new EngineShape(config, 1, sizeof(float)).LogitChunks > 1);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        TokenBatch batch = EngineModels.Batch(config, 1, 1, 9);
        using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(1, false, false), EngineModels.Settings);
        Results actual = EngineModels.Run(engine, model, batch);
        Assert.All(
            actual.ErrorsAgainst(EngineModels.Run(reference, batch)), error => Assert.True(error.Value < 2e-5, $"{error.Key}: {error.Value:e2}"));
    }

    [Fact]
    public void Wrong_use_is_refused()
    {
        ModelConfig config = EngineModels.Config(Architecture.Gpt);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        TokenBatch batch = EngineModels.Batch(config, 2, 2, 9);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(2, false, false), EngineModels.Settings);
        engine.ClearGradients();
        engine.AddGradients(batch, 1);
        Assert.Throws<InvalidOperationException>(() => engine.AddGradients(batch, 1));
        engine.ClearGradients();
        batch.Inputs[3] = config.VocabularySize;
        Assert.Contains("outside the vocabulary", Assert.Throws<ArgumentException>(() => engine.AddGradients(batch, 1)).Message);
        batch.Count = 1;
        batch.Inputs[3] = 0;
        Assert.Contains("2 windows, not 1", Assert.Throws<ArgumentException>(() => engine.AddGradients(batch, 1)).Message);
        TokenBatch longer = new(2, config.ContextLength + 1) { Count = 2 };
        Assert.Throws<ArgumentException>(() => engine.Evaluate(longer, new float[longer.Inputs.Length]));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_named()
    {
        ModelConfig config = EngineModels.Config(Architecture.NGpt);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        TokenBatch batch = EngineModels.Batch(config, 2, 2, 9);
        using (ITrainingEngine finite = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(2, false, false), EngineModels.Settings))
        {
            finite.ClearGradients();
            finite.AddGradients(batch, 1);
            Assert.True(double.IsFinite(finite.GradientNorm()));
            Assert.Null(finite.FirstNonFiniteGradient());
        }

        using (no_grad())
        {
            Parameter scale = model.named_parameters().First(entry => entry.name == "model.sz").parameter;
            scale.fill_(tensor(float.NaN).ToScalar());
        }

        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(2, false, false), EngineModels.Settings);
        engine.ClearGradients();
        Assert.True(double.IsNaN(engine.AddGradients(batch, 1)));
        Assert.False(double.IsFinite(engine.GradientNorm()));
        Assert.Equal(ParameterCatalog.TokenEmbedding, engine.FirstNonFiniteGradient());
    }

    private static float[] Train(Architecture architecture, Precision precision, bool recomputes, int threads)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        using IInspectableEngine engine = FastEngineFactory.Create<Lanes512>(
            model, precision, new EngineOptions(3, false, recomputes), EngineModels.Settings with { WeightDecay = 0.1 }, threads);
        for (int step = 0; step < 4; step++)
        {
            Step(engine, EngineModels.Batch(config, 3, 3, step), 1e-3);
        }

        return [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
    }

    private static double Step(ITrainingEngine engine, TokenBatch batch, double rate)
    {
        engine.ClearGradients();
        double loss = engine.AddGradients(batch, 1);
        double norm = engine.GradientNorm();
        engine.Update(rate, Math.Min(1, 1 / (norm + 1e-6)));
        return loss;
    }

    // Something that can be learned: the next token follows from this one.
    private static TokenBatch Sentences(ModelConfig config, int count, int seed)
    {
        TokenBatch batch = EngineModels.Batch(config, count, count, seed);
        for (int i = 0; i < batch.Inputs.Length; i++)
        {
            batch.Targets[i] = ((batch.Inputs[i] * 7) + 3) % config.VocabularySize;
        }

        return batch;
    }
}
