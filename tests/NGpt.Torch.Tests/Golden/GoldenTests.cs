using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>The product against recordings of the published model, and proof that the limits catch mistakes.</summary>
public sealed class GoldenTests(ITestOutputHelper output)
{
    public static TheoryData<Architecture, PlantedMistake> Mistakes { get; } = new()
    {
        { Architecture.NGpt, PlantedMistake.InverseAttentionScale },
        { Architecture.NGpt, PlantedMistake.AlphaWithoutAbsoluteValue },
        { Architecture.NGpt, PlantedMistake.WrongAlphaRatio },
        { Architecture.NGpt, PlantedMistake.WrongQueryKeyRatio },
        { Architecture.NGpt, PlantedMistake.UnrotatedQueries },
        { Architecture.NGpt, PlantedMistake.UnrotatedKeys },
        { Architecture.NGpt, PlantedMistake.SplitHalvesRotation },
        { Architecture.NGpt, PlantedMistake.NormalizationBeforeRotationOfScaledQueries },
        { Architecture.NGpt, PlantedMistake.FirstInnerNormLeftOut },
        { Architecture.NGpt, PlantedMistake.OutputProjectionsByRow },
        { Architecture.NGpt, PlantedMistake.NoNormalizationAfterStep },
        { Architecture.NGpt, PlantedMistake.NoGateRootWidth },
        { Architecture.NGpt, PlantedMistake.NoLogitScale },
        { Architecture.NGpt, PlantedMistake.UpAndGateSwapped },
        { Architecture.Gpt, PlantedMistake.InverseAttentionScale },
        { Architecture.Gpt, PlantedMistake.UnrotatedQueries },
        { Architecture.Gpt, PlantedMistake.SplitHalvesRotation },
        { Architecture.Gpt, PlantedMistake.UpAndGateSwapped },
        { Architecture.Gpt, PlantedMistake.WeightDecayOnVectors },
        { Architecture.Gpt, PlantedMistake.WeightDecayLeftOut },
        { Architecture.Gpt, PlantedMistake.NormEpsilonLeftOut },
        { Architecture.Gpt, PlantedMistake.ResidualAfterNorm },
    };

    [Theory]
    [InlineData(Architecture.NGpt, 1)]
    [InlineData(Architecture.NGpt, -1)]
    [InlineData(Architecture.Gpt, 1)]
    public void Model_and_optimizer_match_the_published_implementation(Architecture architecture, double alphaSign)
    {
        // The recorded alphas are positive. Only their absolute values count, so the mirrored run is the same run.
        using GoldenData golden = GoldenData.Open(architecture);
        using ModelSubject subject = new(golden, alphaSign);
        GoldenErrors errors = GoldenErrors.Measure(golden, subject);
        output.WriteLine(errors.ToString());
        Assert.Empty(errors.Violations());
    }

    [Theory]
    [InlineData(Architecture.NGpt, 1, false, false)]
    [InlineData(Architecture.NGpt, -1, true, true)]
    [InlineData(Architecture.Gpt, 1, false, false)]
    [InlineData(Architecture.Gpt, 1, true, true)]
    public void Engine_matches_the_published_implementation(Architecture architecture, double alphaSign, bool recomputes, bool sums)
    {
        using GoldenData golden = GoldenData.Open(architecture);
        Check(new EngineSubject<Lanes512>(golden, alphaSign, recomputes, sums));
        Check(new EngineSubject<Lanes256>(golden, alphaSign, recomputes, sums));
        Check(new EngineSubject<Lanes128>(golden, alphaSign, recomputes, sums));

        void Check(IGoldenSubject subject)
        {
            using (subject)
            {
                GoldenErrors errors = GoldenErrors.Measure(golden, subject);
                output.WriteLine(errors.ToString());
                Assert.Empty(errors.Violations());
            }
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Second_writing_matches_the_published_implementation(Architecture architecture)
    {
        GoldenErrors errors = MeasureFunctional(architecture, PlantedMistake.None, alphaSign: 1);
        output.WriteLine(errors.ToString());
        Assert.Empty(errors.Violations());
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Limits_catch_a_planted_mistake(Architecture architecture, PlantedMistake mistake)
    {
        GoldenErrors errors = MeasureFunctional(architecture, mistake, alphaSign: -1);
        output.WriteLine(string.Join("; ", errors.Violations()));
        Assert.NotEmpty(errors.Violations());
    }

    private static GoldenErrors MeasureFunctional(Architecture architecture, PlantedMistake mistake, double alphaSign)
    {
        using GoldenData golden = GoldenData.Open(architecture);
        using IDisposable scope = NewDisposeScope();
        using FunctionalSubject subject = new(golden, mistake, alphaSign);
        return GoldenErrors.Measure(golden, subject);
    }
}
