using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

public sealed class ModelInitializerTests
{
    [Fact]
    public void Every_matrix_of_nGPT_starts_on_the_hypersphere_along_its_embedding_axis()
    {
        using LanguageModel model = LanguageModel.Create(TestModels.Config(Architecture.NGpt));
        ModelInitializer.Initialize(model, seed: 1);
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        int width = model.Config.EmbeddingWidth;
        foreach ((string name, Parameter parameter) in model.named_parameters().Where(entry => entry.parameter.dim() == 2))
        {
            // The axis is told by the name here, independently of the catalog: output projections write the residual stream.
            int axis = name.Contains("o_proj") || name.Contains("down_proj") ? 0 : 1;
            Assert.Equal(width, parameter.shape[axis]);
            Tensor norms = linalg.vector_norm(parameter.to_type(ScalarType.Float64), 2, [axis], keepdim: false);
            Assert.True((norms - 1).abs().max().item<double>() < 1e-6, name);
        }

        Assert.True(ModelChecks.MaxNormError(model) < 1e-6);
    }

    [Fact]
    public void Effective_scales_start_at_their_published_values()
    {
        using LanguageModel model = LanguageModel.Create(TestModels.Config(Architecture.NGpt));
        ModelInitializer.Initialize(model, seed: 1);
        double stored = 1 / Math.Sqrt(30);
        Dictionary<string, (double Stored, double Effective)> expected = new()
        {
            ["attn_alpha"] = (stored, 0.05),
            ["mlp_alpha"] = (stored, 0.05),
            ["sqk"] = (stored, 1),
            ["su"] = (1, 1),
            ["sv"] = (1, 1),
            ["sz"] = (stored, 1),
        };
        NGptScales scales = model.Config.Scales!;
        foreach ((string name, Parameter parameter) in model.named_parameters().Where(entry => entry.parameter.dim() == 1))
        {
            string kind = name.Split('.')[^1];
            ScaleSetting setting = kind switch
            {
                "sqk" => scales.QueryKey,
                "su" => scales.Up,
                "sv" => scales.Gate,
                "sz" => scales.Logit,
                _ => scales.Alpha,
            };
            foreach (float value in parameter.data<float>())
            {
                Assert.Equal(expected[kind].Stored, value, 1e-7);
                Assert.Equal(expected[kind].Effective, value * setting.Factor, 1e-6);
            }
        }
    }

    [Fact]
    public void The_baseline_starts_with_the_published_deviations()
    {
        ModelConfig config = TestModels.Config(Architecture.Gpt) with { EmbeddingWidth = 320, HeadCount = 5, MlpWidth = 1280 };
        using LanguageModel model = LanguageModel.Create(config);
        ModelInitializer.Initialize(model, seed: 1);
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            double expected = parameter.dim() == 1 ? 0 : name.Contains("o_proj") || name.Contains("down_proj") ? 0.02 / Math.Sqrt(6) : 0.02;
            using Tensor deviation = parameter.detach().std();
            Assert.InRange(deviation.item<float>(), expected * 0.97, expected * 1.03);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void The_same_seed_gives_the_same_parameters_and_another_seed_others(Architecture architecture)
    {
        float[] first = Weights(7), again = Weights(7), other = Weights(8);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        float[] Weights(long seed)
        {
            using LanguageModel model = LanguageModel.Create(TestModels.Config(architecture));
            ModelInitializer.Initialize(model, seed);
            return [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
        }
    }
}
