using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Engine;
using NGpt.Torch.Tests.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Training;

public sealed class EngineSelectorTests
{
    private const string TooWide = "heads wider than 256 are not supported";

    [Fact]
    public void The_fast_engine_is_preferred_in_bf16_where_the_device_supports_it()
    {
        EngineChoice choice = Select(new EngineRequest(), supportsBf16: true);
        Assert.Equal((EngineKind.Fast, Precision.Bf16, null), (choice.Kind, choice.Precision, choice.Warning));
        Assert.Equal("fastest available; the device supports bf16", choice.Reason);
        choice = Select(new EngineRequest(), supportsBf16: false);
        Assert.Equal((EngineKind.Fast, Precision.F32, null), (choice.Kind, choice.Precision, choice.Warning));
        choice = Select(new EngineRequest(), supportsBf16: null);
        Assert.Equal((EngineKind.Fast, Precision.F32), (choice.Kind, choice.Precision));
    }

    [Fact]
    public void The_plain_modules_are_the_fallback_in_float32_with_the_reason()
    {
        EngineChoice choice = Select(new EngineRequest { Recompute = true }, supportsBf16: true, obstacle: TooWide);
        Assert.Equal((EngineKind.Plain, Precision.F32, true), (choice.Kind, choice.Precision, choice.RecomputeHasNoEffect));
        Assert.Equal($"{TooWide}; the plain modules default to float32", choice.Reason);
        Assert.False(Select(new EngineRequest { Recompute = true }, supportsBf16: true).RecomputeHasNoEffect);
    }

    [Fact]
    public void A_requested_engine_and_precision_are_selected()
    {
        EngineChoice choice = Select(new EngineRequest { Engine = EngineKind.Plain, Precision = Precision.Bf16 }, supportsBf16: true);
        Assert.Equal((EngineKind.Plain, Precision.Bf16, null), (choice.Kind, choice.Precision, choice.Warning));
        Assert.Equal("requested; bf16 requested", choice.Reason);
        choice = Select(new EngineRequest { Precision = Precision.F32 }, supportsBf16: true);
        Assert.Equal((EngineKind.Fast, Precision.F32), (choice.Kind, choice.Precision));
    }

    [Theory]
    [InlineData(false, "has no bf16 instructions: bf16 is slower than float32 on it")]
    [InlineData(null, "does not report whether it has bf16 instructions: without them bf16 is slower than float32")]
    public void Slow_bf16_is_allowed_with_a_warning(bool? supportsBf16, string expected) =>
        Assert.EndsWith(expected, Select(new EngineRequest { Precision = Precision.Bf16 }, supportsBf16).Warning);

    [Fact]
    public void A_requested_engine_that_cannot_run_is_rejected_with_the_reason()
    {
        NGptException failure = Assert.Throws<NGptException>(() => Select(new EngineRequest { Engine = EngineKind.Fast }, supportsBf16: true, obstacle: TooWide));
        Assert.Equal($"the fast engine cannot run here: {TooWide}", failure.Message);
    }

    [Fact]
    public void A_resumed_run_keeps_its_engine_and_precision_or_is_rejected_with_a_remedy()
    {
        RunOptions open = new();
        EngineRequest request = EngineRequest.Of(open, Run(EngineKind.Plain, Precision.Bf16));
        EngineChoice choice = Select(request, supportsBf16: true);
        Assert.Equal((EngineKind.Plain, Precision.Bf16, "as in the resumed run"), (choice.Kind, choice.Precision, choice.Reason));

        request = EngineRequest.Of(open with { Engine = EngineKind.Plain }, Run(EngineKind.Fast, Precision.Bf16));
        choice = Select(request, supportsBf16: true);
        Assert.Equal((EngineKind.Plain, "requested; bf16 as in the resumed run"), (choice.Kind, choice.Reason));

        NGptException failure = Assert.Throws<NGptException>(() => Select(EngineRequest.Of(open, Run(EngineKind.Fast, Precision.F32)), supportsBf16: true, obstacle: TooWide));
        Assert.Equal($"this run was started with the fast engine, which cannot run here: {TooWide}", failure.Message);
        Assert.Contains("--engine plain", failure.Remedy);
    }

    [Fact]
    public void Memory_is_estimated_for_the_selected_engine()
    {
        ModelConfig model = TestModels.Config(Architecture.NGpt);
        MemoryPlan fast = Select(new EngineRequest(), supportsBf16: true).EstimateMemory(model, 3, gradientAccumulation: 1);
        Assert.Equal(MemoryEstimate.FastEngine(model, Precision.Bf16, new EngineOptions(3, SumsGradients: false, Recomputes: false)).Parts, fast.Parts);
        Assert.NotEqual(fast.Total, Select(new EngineRequest(), supportsBf16: true).EstimateMemory(model, 3, gradientAccumulation: 2).Total);
        Assert.NotEqual(fast.Total, Select(new EngineRequest { Recompute = true }, supportsBf16: true).EstimateMemory(model, 3, gradientAccumulation: 1).Total);
        MemoryPlan wide = Select(new EngineRequest { Engine = EngineKind.Plain }, supportsBf16: true).EstimateMemory(model, 3, gradientAccumulation: 1);
        MemoryPlan narrow = Select(new EngineRequest { Engine = EngineKind.Plain, Precision = Precision.Bf16 }, supportsBf16: true).EstimateMemory(model, 3, gradientAccumulation: 1);
        Assert.Equal(wide.Parts.Count + 1, narrow.Parts.Count);
        Assert.True(narrow.Total > wide.Total);
    }

    // An obstacle keeps the fast engine from running.
    private static EngineChoice Select(EngineRequest request, bool? supportsBf16, string? obstacle = null) => EngineSelector.Select(
        request, CPU, supportsBf16, (engine, _) => engine == EngineKind.Fast ? obstacle : null);

    private static RunConfig Run(EngineKind engine, Precision precision) => new()
    {
        Preset = "nano",
        Model = TestModels.Config(Architecture.NGpt),
        Training = RunConfigResolver.ResolveTraining(SettingLayers.Create([("preset", "nano")])),
        Data = new DataConfig { Source = "text", Tokenizer = "bytes", Fingerprint = new string('0', 64) },
        Engine = engine,
        Precision = precision,
    };
}
