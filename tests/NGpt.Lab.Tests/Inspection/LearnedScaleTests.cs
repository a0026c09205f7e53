using NGpt.Core.Configuration;
using NGpt.Lab.Inspection;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Lab.Tests.Inspection;

public sealed class LearnedScaleTests
{
    [Fact]
    public void Effective_values_are_what_the_model_multiplies_by()
    {
        using IDisposable noGradient = no_grad();
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        Set("model.layers.1.attn_alpha", -0.4);
        Set("model.layers.2.mlp_alpha", 0.2);
        Set("model.layers.0.self_attn.sqk", -0.5);
        Set("model.layers.0.mlp.su", -3);
        Set("model.layers.2.mlp.sv", 1.25);
        Set("model.sz", 6);
        IReadOnlyList<LearnedScale> scales = LearnedScale.Of(model);
        double root = Math.Sqrt(30);
        Assert.Equal(16, scales.Count);
        Check(ScaleKind.AttentionAlpha, 1, 0.4 * 0.05 * root, 30);
        Check(ScaleKind.MlpAlpha, 2, 0.2 * 0.05 * root, 30);
        Check(ScaleKind.QueryKey, 0, 0.5 * root, 30);
        Check(ScaleKind.Up, 0, -3, 47);
        Check(ScaleKind.Gate, 2, 1.25, 47);
        Check(ScaleKind.Logit, null, 6 * root, 37);
        using LanguageModel baseline = TestModels.Create(Architecture.Gpt);
        Assert.Empty(LearnedScale.Of(baseline));

        void Set(string name, double value) => TestModels.Of(model, name).fill_(value);

        void Check(ScaleKind kind, int? layer, double value, int count)
        {
            LearnedScale found = Assert.Single(scales, scale => scale.Kind == kind && scale.Layer == layer);
            Assert.Equal(count, found.Values.Length);
            Assert.All(found.Values, actual => Assert.Equal(value, actual, 1e-13));
        }
    }

    [Fact]
    public void A_scalar_scale_has_one_value()
    {
        using IDisposable noGradient = no_grad();
        using LanguageModel vectors = TestModels.Create(Architecture.NGpt);
        NGptScales scales = vectors.Config.Scales!;
        using LanguageModel model = LanguageModel.Create(vectors.Config with
        {
            Scales = scales with { QueryKey = scales.QueryKey with { Shape = ScaleShape.Scalar }, Logit = scales.Logit with { Shape = ScaleShape.Scalar } },
        });
        ModelInitializer.Initialize(model, 1);
        TestModels.Of(model, "model.sz").fill_(-2);
        IReadOnlyList<LearnedScale> found = LearnedScale.Of(model);
        Assert.Equal(-2 * Math.Sqrt(30), Assert.Single(found.Single(scale => scale.Kind == ScaleKind.Logit).Values), 1e-6);
        Assert.All(found.Where(scale => scale.Kind == ScaleKind.QueryKey), scale => Assert.Equal(1, Assert.Single(scale.Values), 1e-6));
        Assert.All(found.Where(scale => scale.Kind == ScaleKind.Up), scale => Assert.Equal(47, scale.Values.Length));
    }

    [Fact]
    public void The_matrix_off_the_hypersphere_is_named()
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        Assert.All(NormError.Of(ModelMatrix.Of(model)), error => Assert.True(error.Max < 1e-12));
        // A column of the output projection and a row of the gate: the axes on which they are unit vectors.
        TestModels.Of(model, "model.layers.1.self_attn.o_proj.weight")[.., 4].mul_(1.5);
        TestModels.Of(model, "model.layers.2.mlp.gate_proj.weight")[3].mul_(0.75);
        IReadOnlyList<NormError> errors = NormError.Of(ModelMatrix.Of(model));
        Assert.Equal(Enum.GetValues<MatrixKind>(), errors.Select(error => error.Kind));
        foreach (NormError error in errors)
        {
            (double largest, string? name) = error.Kind switch
            {
                MatrixKind.AttentionOutput => (0.5, "model.layers.1.self_attn.o_proj.weight"),
                MatrixKind.Gate => (0.25, "model.layers.2.mlp.gate_proj.weight"),
                _ => (0.0, null),
            };
            Assert.Equal(largest, error.Max, 1e-12);
            Assert.Equal(name ?? error.Name, error.Name);
        }

        Assert.Equal(ModelChecks.MaxNormError(model)!.Value, errors.Max(error => error.Max), 1e-15);
        using LanguageModel baseline = TestModels.Create(Architecture.Gpt);
        Assert.Empty(NormError.Of(ModelMatrix.Of(baseline)));
    }
}
