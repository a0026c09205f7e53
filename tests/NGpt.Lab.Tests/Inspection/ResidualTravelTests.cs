using NGpt.Core.Configuration;
using NGpt.Lab.Inspection;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Tests.Inspection;

public sealed class ResidualTrajectoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Angles_are_exact_from_the_tiniest_to_a_half_turn()
    {
        foreach (double degrees in (double[])[0, 1e-9, 0.02, 45, 90, 120, 179.9999999])
        {
            double angle = degrees * Math.PI / 180;
            using Tensor a = tensor([3.0, 0], [1, 2]);
            using Tensor b = tensor([0.5 * Math.Cos(angle), 0.5 * Math.Sin(angle)], [1, 2]);
            Assert.Equal(degrees, Assert.Single(ResidualTrajectory.Angles(a, b)), 1e-12 + (1e-13 * degrees));
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Blocks_without_effect_have_angles_of_0(Architecture architecture)
    {
        using IDisposable noGradient = no_grad();
        using LanguageModel model = TestModels.Create(architecture, ScalarType.Float32);
        string[] silent = architecture == Architecture.NGpt ? ["attn_alpha", "mlp_alpha"] : ["self_attn.o_proj.weight", "mlp.down_proj.weight"];
        foreach (string name in Enumerable.Range(0, 3).SelectMany(layer => silent.Select(part => $"model.layers.{layer}.{part}")))
        {
            TestModels.Of(model, name).zero_();
        }

        ResidualTrajectory travel = ResidualTrajectory.Measure(model, [TestModels.Tokens(11)], Stop);
        // The baseline adds zero; nGPT's Norm rounds in float32.
        double tolerance = architecture == Architecture.NGpt ? 1e-4 : 0;
        Assert.Equal((6, 6, 7), (travel.StepAngles.Count, travel.StartAngles.Count, travel.Norms.Count));
        Assert.All(travel.StepAngles.Concat(travel.StartAngles), angle => Assert.InRange(angle.Max, 0, tolerance));
        Assert.All(travel.Norms, norm => Assert.Equal(travel.Norms[0].Mean, norm.Mean, 1e-6));
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Angles_and_norms_are_those_of_the_states(Architecture architecture)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture);
        int[][] windows = [TestModels.Tokens(7, 1), TestModels.Tokens(12, 2)];
        ResidualTrajectory travel = ResidualTrajectory.Measure(model, windows, Stop);
        double[][][] states = [.. Enumerable.Range(0, 7).Select(step => windows.SelectMany(window => Vectors(model, window, step)).ToArray())];
        for (int step = 0; step < 7; step++)
        {
            Assert.Equal(19, travel.Norms[step].Count);
            Assert.Equal(states[step].Average(Length), travel.Norms[step].Mean, 1e-12);
            Assert.Equal(states[step].Max(Length), travel.Norms[step].Max, 1e-12);
        }

        for (int step = 0; step < 6; step++)
        {
            Assert.Equal(Enumerable.Range(0, 19).Average(token => Angle(states[step][token], states[step + 1][token])), travel.StepAngles[step].Mean, 1e-9);
            Assert.Equal(Enumerable.Range(0, 19).Min(token => Angle(states[0][token], states[step + 1][token])), travel.StartAngles[step].Min, 1e-9);
            Assert.True(travel.StepAngles[step].Min > 0.1);
        }
    }

    private static IEnumerable<double[]> Vectors(LanguageModel model, int[] window, int step)
    {
        Tensor tokens = tensor([.. window.Select(token => (long)token)], [1, window.Length]);
        return model.ResidualStream(tokens)[step].data<double>().ToArray().Chunk(30);
    }

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(value => value * value));

    private static double Angle(double[] a, double[] b) =>
        Math.Acos(a.Zip(b, (x, y) => x * y).Sum() / Length(a) / Length(b)) * 180 / Math.PI;
}
