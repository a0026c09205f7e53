using NGpt.Core.Configuration;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Engine;

/// <summary>The engine's forward and backward pass against the plain modules in float64.</summary>
public sealed class EngineNumericsTests(ITestOutputHelper output)
{
    /// <summary>Architecture, layers, heads, width, MLP width, length, vocabulary, batch.</summary>
    public static TheoryData<Architecture, int[]> Sizes { get; } = MakeSizes();

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Float32_matches_float64(Architecture architecture, int[] size)
    {
        ModelConfig config = EngineModels.Config(architecture, size[0], size[1], size[2], size[3], size[4], size[5]);
        using LanguageModel model = EngineModels.Perturbed(config, 5);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        TokenBatch batch = EngineModels.Batch(config, size[6], size[6], 7);
        Results expected = EngineModels.Run(reference, batch);
        foreach (bool recomputes in new[] { false, true })
        {
            using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(size[6], false, recomputes), EngineModels.Settings);
            Results actual = EngineModels.Run(engine, model, batch);
            Assert.Equal(expected.Loss, actual.Loss, 1e-5 * Math.Max(1, expected.Loss));
            Assert.All(actual.ErrorsAgainst(expected), error => Assert.True(error.Value < 2e-5, $"{error.Key}: {error.Value:e2}"));
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Bf16_errs_at_most_twice_as_much_as_the_plain_modules(Architecture architecture)
    {
        Assert.SkipWhen(FastEngineFactory.UnsupportedReason(CPU, Precision.Bf16) is not null, $"{FastEngineFactory.UnsupportedReason(CPU, Precision.Bf16)}");
        ModelConfig config = EngineModels.Config(architecture, layers: 3, heads: 2, width: 64, mlpWidth: 250, length: 150, vocabulary: 257);
        using LanguageModel model = EngineModels.Perturbed(config, 11);
        using LanguageModel reference = EngineModels.Copy(model, ScalarType.Float64);
        using LanguageModel plain = EngineModels.Copy(model, ScalarType.Float32, Precision.Bf16);
        TokenBatch batch = EngineModels.Batch(config, 5, 5, 13);
        Results exact = EngineModels.Run(reference, batch);
        Dictionary<string, double> allowed = EngineModels.Run(plain, batch).ErrorsAgainst(exact);
        using IInspectableEngine engine = FastEngineFactory.Create(model, Precision.Bf16, new EngineOptions(5, false, false), EngineModels.Settings);
        Results actual = EngineModels.Run(engine, model, batch);
        Dictionary<string, double> errors = actual.ErrorsAgainst(exact);
        foreach ((string name, double error) in errors.OrderByDescending(entry => entry.Value / allowed[entry.Key]))
        {
            output.WriteLine($"{error / allowed[name]:0.00}  {error:e2} against {allowed[name]:e2}  {name}");
        }

        Assert.Equal(exact.Loss, actual.Loss, 2e-3 * exact.Loss);
        Assert.All(errors, error => Assert.True(error.Value <= 2 * allowed[error.Key], $"{error.Key}: {error.Value:e2}, the plain modules {allowed[error.Key]:e2}"));
    }

    private static TheoryData<Architecture, int[]> MakeSizes()
    {
        TheoryData<Architecture, int[]> data = [];
        foreach (Architecture architecture in Enum.GetValues<Architecture>())
        {
            data.Add(architecture, [2, 3, 48, 200, 37, 101, 3]);
            data.Add(architecture, [1, 1, 2, 1, 5, 2, 2]);
            data.Add(architecture, [1, 7, 14, 9, 1, 3, 4]);
            data.Add(architecture, [2, 1, 80, 33, 9, 17, 1]);
            data.Add(architecture, [1, 2, 256, 64, 130, 31, 2]);
            data.Add(architecture, [1, 3, 30, 70, 300, 5, 1]);
        }

        return data;
    }
}
