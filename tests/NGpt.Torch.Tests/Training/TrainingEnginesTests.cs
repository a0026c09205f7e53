using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Tests.Models;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Training;

public sealed class TrainingEnginesTests
{
    private const string TooWide = "heads wider than 256 are not supported";

    [Fact]
    public void The_fast_engine_comes_first_and_in_bf16_where_the_device_has_it()
    {
        EngineChoice choice = Choose(new EngineRequest(), hasBf16: true);
        Assert.Equal((EngineKind.Fast, Precision.Bf16, null), (choice.Kind, choice.Precision, choice.Warning));
        Assert.Equal("the fastest here; the device has bf16 products", choice.Reason);
        choice = Choose(new EngineRequest(), hasBf16: false);
        Assert.Equal((EngineKind.Fast, Precision.F32, null), (choice.Kind, choice.Precision, choice.Warning));
        choice = Choose(new EngineRequest(), hasBf16: null);
        Assert.Equal((EngineKind.Fast, Precision.F32), (choice.Kind, choice.Precision));
    }

    [Fact]
    public void Where_the_fast_engine_cannot_the_plain_modules_run_in_float32_and_say_why()
    {
        EngineChoice choice = Choose(new EngineRequest { Recompute = true }, hasBf16: true, obstacle: TooWide);
        Assert.Equal((EngineKind.Plain, Precision.F32, true), (choice.Kind, choice.Precision, choice.RecomputeHasNoEffect));
        Assert.Equal($"{TooWide}; the plain modules default to float32", choice.Reason);
        Assert.False(Choose(new EngineRequest { Recompute = true }, hasBf16: true).RecomputeHasNoEffect);
    }

    [Fact]
    public void What_was_asked_for_is_what_runs()
    {
        EngineChoice choice = Choose(new EngineRequest { Engine = EngineKind.Plain, Precision = Precision.Bf16 }, hasBf16: true);
        Assert.Equal((EngineKind.Plain, Precision.Bf16, null), (choice.Kind, choice.Precision, choice.Warning));
        Assert.Equal("asked for; bf16 was asked for", choice.Reason);
        choice = Choose(new EngineRequest { Precision = Precision.F32 }, hasBf16: true);
        Assert.Equal((EngineKind.Fast, Precision.F32), (choice.Kind, choice.Precision));
    }

    [Theory]
    [InlineData(false, "has no bf16 products: bf16 runs, slower than float32")]
    [InlineData(null, "does not say whether it has bf16 products: without them bf16 is slower than float32")]
    public void Slow_bf16_is_allowed_with_a_warning(bool? hasBf16, string expected) =>
        Assert.EndsWith(expected, Choose(new EngineRequest { Precision = Precision.Bf16 }, hasBf16).Warning);

    [Fact]
    public void An_engine_that_was_asked_for_and_cannot_run_is_refused_with_the_reason()
    {
        NGptException failure = Assert.Throws<NGptException>(() => Choose(new EngineRequest { Engine = EngineKind.Fast }, hasBf16: true, obstacle: TooWide));
        Assert.Equal($"the fast engine cannot run here: {TooWide}", failure.Message);
        failure = Assert.Throws<NGptException>(() =>
            TrainingEngines.Choose(new EngineRequest { Engine = EngineKind.Fast }, TestModels.Config(Architecture.Gpt), CPU, hasBf16: true, [new ModuleEngineFactory()]));
        Assert.Equal("the fast engine cannot run here: this version has no fast engine", failure.Message);
    }

    [Fact]
    public void A_run_keeps_its_engine_and_precision_or_is_refused_with_a_way_out()
    {
        RunOptions open = new();
        EngineRequest request = EngineRequest.Of(open, Run(EngineKind.Plain, Precision.Bf16));
        EngineChoice choice = Choose(request, hasBf16: true);
        Assert.Equal((EngineKind.Plain, Precision.Bf16, "as the run was begun"), (choice.Kind, choice.Precision, choice.Reason));

        request = EngineRequest.Of(open with { Engine = EngineKind.Plain }, Run(EngineKind.Fast, Precision.Bf16));
        choice = Choose(request, hasBf16: true);
        Assert.Equal((EngineKind.Plain, "asked for; bf16 as the run was begun"), (choice.Kind, choice.Reason));

        NGptException failure = Assert.Throws<NGptException>(() => Choose(EngineRequest.Of(open, Run(EngineKind.Fast, Precision.F32)), hasBf16: true, obstacle: TooWide));
        Assert.Equal($"this run was begun with the fast engine, which cannot run here: {TooWide}", failure.Message);
        Assert.Contains("--engine plain", failure.Remedy);
    }

    [Fact]
    public void Memory_is_that_of_the_chosen_engine()
    {
        ModelConfig model = TestModels.Config(Architecture.NGpt);
        Assert.Equal(7, Choose(new EngineRequest(), hasBf16: true).Memory(model, 3, passes: 1).Total);
        MemoryPlan wide = Choose(new EngineRequest { Engine = EngineKind.Plain }, hasBf16: true).Memory(model, 3, passes: 1);
        MemoryPlan narrow = Choose(new EngineRequest { Engine = EngineKind.Plain, Precision = Precision.Bf16 }, hasBf16: true).Memory(model, 3, passes: 1);
        Assert.Equal(wide.Parts.Count + 1, narrow.Parts.Count);
        Assert.True(narrow.Total > wide.Total);
    }

    private static EngineChoice Choose(EngineRequest request, bool? hasBf16, string? obstacle = null) => TrainingEngines.Choose(
        request, TestModels.Config(Architecture.NGpt), CPU, hasBf16, [new FakeFactory(obstacle), new ModuleEngineFactory()]);

    private static RunConfig Run(EngineKind engine, Precision precision) => new()
    {
        Preset = "nano",
        Model = TestModels.Config(Architecture.NGpt),
        Training = RunConfigResolver.ResolveTraining(SettingLayers.Create([("preset", "nano")]), Architecture.NGpt),
        Data = new DataConfig { Source = "text", Tokenizer = "bytes", Fingerprint = new string('0', 64) },
        Engine = engine,
        Precision = precision,
    };

    private sealed class FakeFactory(string? obstacle) : IEngineFactory
    {
        public EngineKind Kind => EngineKind.Fast;

        public bool CanRecompute => true;

        public IReadOnlyList<Precision> Preferred(bool hasBf16) => hasBf16 ? [Precision.Bf16, Precision.F32] : [Precision.F32];

        public string? UnsupportedReason(ModelConfig model, Device device, Precision precision) => obstacle;

        public MemoryPlan Memory(ModelConfig model, int batchSize, int passes, Precision precision, bool recompute) => new([new MemoryPart("arena", 3), new MemoryPart("rest", 4)]);

        public ITrainingEngine Create(LanguageModel model, int batchSize, int passes, OptimizerSettings settings, bool recompute) =>
            throw new NotSupportedException();
    }
}
