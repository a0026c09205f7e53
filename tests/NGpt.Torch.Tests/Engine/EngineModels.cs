using NGpt.Core.Configuration;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Engine;

/// <summary>Models, batches and gradients for tests that hold the engine against the plain modules.</summary>
internal static class EngineModels
{
    public static OptimizerSettings Settings { get; } = new(0.9, 0.95, 1e-8, 0);

    public static ModelConfig Config(
        Architecture architecture, int layers = 2, int heads = 3, int width = 48, int mlpWidth = 200, int length = 37, int vocabulary = 101) => new()
        {
            Architecture = architecture,
            VocabularySize = vocabulary,
            LayerCount = layers,
            HeadCount = heads,
            EmbeddingWidth = width,
            MlpWidth = mlpWidth,
            ContextLength = length,
            Scales = architecture == Architecture.NGpt ? NGptScales.Published(width) : null,
        };

    /// <summary>A model whose scales and gains differ from each other, some of them negative, so that a wrong one shows.</summary>
    public static LanguageModel Perturbed(ModelConfig config, long seed)
    {
        LanguageModel model = LanguageModel.Create(config);
        ModelInitializer.Initialize(model, seed);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Random random = new((int)seed);
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (parameter.dim() == 1)
            {
                float[] values = [.. parameter.data<float>()];
                for (int i = 0; i < values.Length; i++)
                {
                    double sign = name.EndsWith("_alpha") && i % 3 == 0 ? -1 : 1;
                    values[i] *= (float)(sign * (0.5 + random.NextDouble()));
                }

                parameter.copy_(tensor(values));
            }
        }

        return model;
    }

    /// <summary>The same parameters in other types.</summary>
    public static LanguageModel Copy(LanguageModel model, ScalarType type, Precision precision = Precision.F32)
    {
        LanguageModel copy = LanguageModel.Create(model.Config, type, null, precision);
        using IDisposable noGradient = no_grad();
        foreach (((_, Parameter source), (_, Parameter target)) in model.named_parameters().Zip(copy.named_parameters()))
        {
            target.copy_(source.to_type(type));
        }

        return copy;
    }

    public static TokenBatch Batch(ModelConfig config, int count, int capacity, int seed)
    {
        TokenBatch batch = new(capacity, config.ContextLength) { Count = count };
        Random random = new(seed);
        for (int i = 0; i < batch.Inputs.Length; i++)
        {
            (batch.Inputs[i], batch.Targets[i]) = (random.Next(config.VocabularySize), random.Next(config.VocabularySize));
        }

        return batch;
    }

    /// <summary>A batch in which every window holds parts of several documents, some of a single token.</summary>
    public static TokenBatch DocumentBatch(ModelConfig config, int count, int capacity, int seed)
    {
        TokenBatch plain = Batch(config, count, capacity, seed);
        TokenBatch batch = new(capacity, config.ContextLength, keepsDocumentsApart: true) { Count = count };
        plain.Inputs.CopyTo(batch.Inputs);
        plain.Targets.CopyTo(batch.Targets);
        Random random = new(seed);
        int first = 0;
        for (int i = 0; i < batch.Inputs.Length; i++)
        {
            int position = i % config.ContextLength;
            first = position == 0 ? 0 : random.Next(Math.Max(2, config.ContextLength / 4)) == 0 ? position : first;
            batch.FirstVisible[i] = first;
        }

        return batch;
    }

    /// <summary>Loss, logits and gradients of the engine in float64.</summary>
    public static Results Run(IInspectableEngine engine, LanguageModel model, TokenBatch batch)
    {
        engine.ClearGradients();
        double loss = engine.AddGradients(batch, 1);
        Dictionary<string, double[]> gradients = model.named_parameters().ToDictionary(entry => entry.name, entry =>
        {
            float[] values = new float[entry.parameter.numel()];
            engine.ReadGradient(entry.name, values);
            return Array.ConvertAll(values, value => (double)value);
        });
        return new Results(loss, Array.ConvertAll(engine.Logits(batch), value => (double)value), gradients);
    }

    /// <summary>Loss, logits and gradients of a plain model in float64.</summary>
    public static Results Run(LanguageModel model, TokenBatch batch)
    {
        using IDisposable scope = NewDisposeScope();
        model.zero_grad();
        Tensor inputs = Tokens(batch.Inputs, batch);
        Tensor targets = Tokens(batch.Targets, batch);
        Tensor logits = batch.KeepsDocumentsApart ? model.DocumentLogits(inputs, Tokens(batch.FirstVisible, batch)) : model.forward(inputs);
        Tensor loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten());
        loss.backward();
        return new Results(
            loss.to_type(ScalarType.Float64).item<double>(),
            Values(logits),
            model.named_parameters().ToDictionary(entry => entry.name, entry => Values(entry.parameter.grad!)));
    }

    private static Tensor Tokens(ReadOnlySpan<int> tokens, TokenBatch batch) =>
        tensor(Array.ConvertAll(tokens.ToArray(), token => (long)token), [batch.Count, batch.ContextLength]);

    private static double[] Values(Tensor tensor) => [.. tensor.detach().to_type(ScalarType.Float64).flatten().data<double>()];
}
