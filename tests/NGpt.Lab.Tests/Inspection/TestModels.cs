using NGpt.Core.Configuration;
using NGpt.Lab.Inspection;
using NGpt.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Lab.Tests.Inspection;

/// <summary>Small models whose sizes are all different and odd where they may be, and what is measured of them.</summary>
internal static class TestModels
{
    public const int ContextLength = 13;

    public static LanguageModel Create(Architecture architecture, ScalarType type = ScalarType.Float64, long seed = 5)
    {
        LanguageModel model = LanguageModel.Create(
            new ModelConfig
            {
                Architecture = architecture,
                VocabularySize = 37,
                LayerCount = 3,
                HeadCount = 5,
                EmbeddingWidth = 30,
                MlpWidth = 47,
                ContextLength = ContextLength,
                Scales = architecture == Architecture.NGpt ? NGptScales.Published(30) : null,
            },
            type);
        ModelInitializer.Initialize(model, seed);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using Generator generator = new((ulong)seed, CPU);
        foreach (Parameter parameter in model.parameters().Where(parameter => parameter.dim() == 1))
        {
            parameter.mul_(1 + (0.3 * randn(parameter.shape, dtype: type, generator: generator)));
        }

        return model;
    }

    public static Parameter Of(LanguageModel model, string name) => model.get_parameter(name)!;

    /// <summary>Random tokens below 37.</summary>
    public static int[] Tokens(int count, int seed = 3)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(37))];
    }

    public static ModelInspection Inspect(Architecture architecture, string? name = null, string fingerprint = "same")
    {
        using LanguageModel model = Create(architecture);
        IReadOnlyList<ModelMatrix> matrices = ModelMatrix.Of(model);
        int[][] windows = [Tokens(27, 1), Tokens(27, 2)];
        int[] bytes = [.. Enumerable.Range(0, 37).Select(token => 1 + (token % 3))];
        return new ModelInspection
        {
            Name = name ?? architecture.DisplayName(),
            Color = architecture == Architecture.NGpt ? 0 : 1,
            Checkpoint = "runs/x",
            Step = 7,
            StepsOfRun = 9,
            Config = model.Config,
            TokenEmbedding = EmbeddingInspection.Of(matrices[0].Weight, 1),
            OutputEmbedding = EmbeddingInspection.Of(matrices[1].Weight, 1),
            Conditions = MatrixConditions.Of(matrices, model.Config.HeadCount),
            Scales = LearnedScale.Of(model),
            NormErrors = NormError.Of(matrices),
            Text = new TextInspection(
                "text",
                fingerprint,
                ResidualTrajectory.Measure(model, windows),
                [
                    ContextLosses.Measure(model, windows.SelectMany(window => new[] { window[..14], window[13..] }), 13, bytes),
                    ContextLosses.Measure(model, windows, 26, bytes),
                ],
                52),
        };
    }
}
