using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Engine;

/// <summary>Attention that stays within documents: the engine against the plain modules, and both against documents alone.</summary>
public sealed class DocumentPackingTests
{
    /// <summary>Architecture; layers, heads, width, MLP width, length, vocabulary, batch.</summary>
    public static TheoryData<Architecture, int[]> Sizes { get; } = MakeSizes();

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Float32_matches_the_plain_modules_in_float64(Architecture architecture, int[] size)
    {
        ModelConfig config = EngineModels.Config(architecture, size[0], size[1], size[2], size[3], size[4], size[5]);
        using LanguageModel model = EngineModels.Perturbed(config, 5);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        TokenBatch batch = EngineModels.DocumentBatch(config, size[6], size[6], 7);
        Results expected = EngineModels.Run(reference, batch);
        foreach (bool recomputes in new[] { false, true })
        {
            EngineOptions options = new(size[6], false, recomputes);
            Check(FastEngineFactory.Create<Lanes512>(model, Precision.F32, options, EngineModels.Settings, threads: 2));
            Check(FastEngineFactory.Create<Lanes256>(model, Precision.F32, options, EngineModels.Settings, threads: 3));
            Check(FastEngineFactory.Create<Lanes128>(model, Precision.F32, options, EngineModels.Settings, threads: 1));
        }

        void Check(IInspectableEngine made)
        {
            using IInspectableEngine engine = made;
            Results actual = EngineModels.Run(engine, model, batch);
            Assert.Equal(expected.Loss, actual.Loss, 1e-5 * Math.Max(1, expected.Loss));
            Assert.All(actual.ErrorsAgainst(expected), error => Assert.True(error.Value < 2e-5, $"{error.Key}: {error.Value:e2}"));
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void A_token_of_a_packed_window_has_the_loss_that_it_has_in_its_document_alone(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        MakeAttentionRelative(model);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(3, false, false), EngineModels.Settings);
        using ITrainingEngine plain = new ModuleTrainingEngine(model, EngineModels.Settings);
        TokenBatch packed = EngineModels.DocumentBatch(config, 3, 3, 21);
        TokenBatch stream = EngineModels.Batch(config, 3, 3, 21);
        foreach (ITrainingEngine computes in new[] { engine, plain })
        {
            float[] losses = Losses(computes, packed);
            Assert.All(losses.Zip(AloneLosses(computes, packed)), pair => Assert.Equal(pair.Second, pair.First, 2e-5f));
            // It is the mask that does it: as one stream, a tenth of the losses at least are others.
            Assert.True(losses.Zip(Losses(computes, stream)).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-3f) > losses.Length / 10);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void What_the_other_documents_say_changes_no_bit(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(3, false, false), EngineModels.Settings);
        using ITrainingEngine plain = new ModuleTrainingEngine(model, EngineModels.Settings);
        TokenBatch packed = EngineModels.DocumentBatch(config, 3, 3, 21);
        foreach (ITrainingEngine computes in new[] { engine, plain })
        {
            float[] expected = Losses(computes, packed);
            // Every second document gets other tokens; those between must not notice.
            TokenBatch changed = EngineModels.DocumentBatch(config, 3, 3, 21);
            bool[] isChanged = new bool[changed.Inputs.Length];
            for (int i = 0; i < isChanged.Length; i++)
            {
                bool isFirst = changed.FirstVisible[i] == i % config.ContextLength;
                isChanged[i] = isFirst ? i > 0 && !isChanged[i - 1] : isChanged[i - 1];
                changed.Inputs[i] = isChanged[i] ? (changed.Inputs[i] + 50) % config.VocabularySize : changed.Inputs[i];
            }

            float[] actual = Losses(computes, changed);
            Assert.InRange(isChanged.Count(value => value), 20, 90);
            for (int i = 0; i < isChanged.Length; i++)
            {
                Assert.True(isChanged[i] ? expected[i] != actual[i] : expected[i] == actual[i], $"loss {i}");
            }
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Documents_that_all_begin_with_the_window_change_no_bit(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(3, false, false), EngineModels.Settings);
        TokenBatch stream = EngineModels.Batch(config, 3, 3, 2);
        Results expected = EngineModels.Run(engine, model, stream);
        TokenBatch apart = EngineModels.DocumentBatch(config, 3, 3, 2);
        Assert.NotEqual(expected.Logits, EngineModels.Run(engine, model, apart).Logits);
        apart.FirstVisible.Clear();
        Results actual = EngineModels.Run(engine, model, apart);
        Assert.Equal(expected.Logits, actual.Logits);
        Assert.All(expected.Gradients, entry => Assert.Equal(entry.Value, actual.Gradients[entry.Key]));
        // A batch without documents after one with them.
        EngineModels.Run(engine, model, EngineModels.DocumentBatch(config, 3, 3, 5));
        Assert.Equal(expected.Logits, EngineModels.Run(engine, model, stream).Logits);
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Evaluation_of_a_smaller_batch_gives_the_losses_of_the_plain_modules(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(5, false, false), EngineModels.Settings);
        using ITrainingEngine plain = new ModuleTrainingEngine(model, EngineModels.Settings);
        TokenBatch batch = EngineModels.DocumentBatch(config, 2, 5, 9);
        Assert.All(Losses(plain, batch).Zip(Losses(engine, batch)), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Bf16_errs_at_most_twice_as_much_as_the_plain_modules(Architecture architecture)
    {
        Assert.SkipWhen(FastEngineFactory.UnsupportedReason(CPU, Precision.Bf16) is not null, "no bf16 products here");
        ModelConfig config = EngineModels.Config(architecture, layers: 3, heads: 2, width: 64, mlpWidth: 250, length: 150, vocabulary: 257);
        using LanguageModel model = EngineModels.Perturbed(config, 11);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        using LanguageModel plain = EngineModels.Copy(model, ScalarType.Float32, Precision.Bf16);
        TokenBatch batch = EngineModels.DocumentBatch(config, 5, 5, 13);
        Results exact = EngineModels.Run(reference, batch);
        Dictionary<string, double> allowed = EngineModels.Run(plain, batch).ErrorsAgainst(exact);
        using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.Bf16, new EngineOptions(5, false, false), EngineModels.Settings);
        Dictionary<string, double> errors = EngineModels.Run(engine, model, batch).ErrorsAgainst(exact);
        Assert.All(errors, error => Assert.True(error.Value <= 2 * allowed[error.Key], $"{error.Key}: {error.Value:e2}, the plain modules {allowed[error.Key]:e2}"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public void A_first_position_that_its_token_does_not_reach_is_refused(int first)
    {
        ModelConfig config = EngineModels.Config(Architecture.Gpt);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(2, false, false), EngineModels.Settings);
        TokenBatch batch = EngineModels.DocumentBatch(config, 2, 2, 9);
        batch.FirstVisible[config.ContextLength + 4] = first;
        Assert.Contains($"position 4 cannot see from {first} on", Assert.Throws<ArgumentException>(() => engine.Evaluate(batch, new float[batch.Inputs.Length])).Message);
    }

    // nGPT scales queries and keys after they are turned, so that a place in the window matters but where both numbers of
    // a pair are scaled alike, as they are at the start of training.
    private static void MakeAttentionRelative(LanguageModel model)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (name.EndsWith(".sqk", StringComparison.Ordinal))
            {
                parameter.copy_(parameter.reshape(-1, 2).narrow(1, 0, 1).expand(-1, 2).reshape(-1).clone());
            }
        }
    }

    private static float[] Losses(ITrainingEngine engine, TokenBatch batch)
    {
        float[] losses = new float[batch.Inputs.Length];
        engine.Evaluate(batch, losses);
        return losses;
    }

    // Each document at the beginning of a window of its own, without any mask; what is behind it changes nothing before it.
    private static float[] AloneLosses(ITrainingEngine engine, TokenBatch packed)
    {
        int length = packed.ContextLength;
        float[] expected = new float[packed.Inputs.Length];
        for (int begin = 0, end; begin < expected.Length; begin = end)
        {
            end = begin + 1;
            while (end % length != 0 && packed.FirstVisible[end] == begin % length)
            {
                end++;
            }

            TokenBatch alone = new(1, length) { Count = 1 };
            packed.Inputs[begin..end].CopyTo(alone.Inputs);
            packed.Targets[begin..end].CopyTo(alone.Targets);
            Losses(engine, alone).AsSpan(0, end - begin).CopyTo(expected.AsSpan(begin));
        }

        return expected;
    }

    private static TheoryData<Architecture, int[]> MakeSizes()
    {
        TheoryData<Architecture, int[]> data = [];
        foreach (Architecture architecture in Enum.GetValues<Architecture>())
        {
            data.Add(architecture, [2, 3, 48, 200, 37, 101, 3]);
            data.Add(architecture, [1, 1, 2, 1, 5, 2, 2]);
            data.Add(architecture, [1, 7, 14, 9, 1, 3, 4]);
            data.Add(architecture, [1, 2, 256, 64, 130, 31, 2]);
            data.Add(architecture, [1, 3, 30, 70, 300, 5, 1]);
            // Heads in two groups, the second of which begins inside a sequence.
            data.Add(architecture, [1, 5, 10, 3, 300, 5, 7]);
        }

        return data;
    }
}
