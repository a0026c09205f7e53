using System.Text.Json.Nodes;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class MemoryTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nano", "ngpt", 8, Precision.F32)]
    [InlineData("nano", "gpt", 8, Precision.F32)]
    [InlineData("small", "ngpt", 4, Precision.F32)]
    [InlineData("small", "gpt", 4, Precision.F32)]
    [InlineData("small", "ngpt", 4, Precision.Bf16)]
    [InlineData("small", "gpt", 4, Precision.Bf16)]
    public async Task The_estimate_of_the_plain_modules_is_near_the_peak(string preset, string architecture, int batchSize, Precision precision)
    {
        using TrainingProcess process = new(
            _folder, "--preset", preset, "--arch", architecture, "--batch-size", $"{batchSize}", "--data", _folder.Text, "--out", _folder.At("run"),
            "--steps", "1", "--eval-batches", "1", "--sample-tokens", "0", "--device", "cpu", "--engine", "plain", "--dtype", precision.Name(), "--json");
        CommandResult result = await process.End();
        Assert.Equal(0, result.ExitCode);
        long peak = (long)JsonNode.Parse(result.Output)!["peak_memory_bytes"]!;
        RunConfig config = RunConfigJson.Load(_folder.At("run", "config.json"));
        long estimate = MemoryEstimate.PlainModules(config.Model, config.Training.BatchSize, config.Precision).Total;
        TestContext.Current.TestOutputHelper!.WriteLine($"{preset} {architecture} {precision}: estimate {estimate >> 20} MiB, peak {peak >> 20} MiB");
        // A run of one step is below those of the presets' length, which the estimate is within 15% of.
        Assert.InRange(estimate, (long)(0.85 * peak), (long)(1.25 * peak));
    }
}
