using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Lab.TrainingBenchmarks;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Display;

/// <summary>A report with figures of the order that real ones have.</summary>
internal static class SampleBenchmark
{
    private static readonly (string Stage, double Share)[] FastStages =
    [
        ("matrix products", 0.79), ("attention", 0.11), ("SwiGLU", 0.04), ("hypersphere update", 0.03), ("RoPE and norm of q and k", 0.02), ("Adam", 0.01),
    ];

    public static BenchmarkReport Report(params string[] sizes) => new(
        BenchmarkEnd.Completed,
        new BenchmarkMachine
        {
            Processor = "AMD EPYC 9B45 128-Core Processor",
            Cores = 2,
            Threads = 2,
            Memory = 25_276_510_208,
            System = "Debian GNU/Linux 12 (bookworm), X64",
            Runtime = ".NET 10.0.12",
            TorchSharp = "0.107.0",
            LibTorch = "2.10.0",
        },
        [.. sizes.Select(name => Size(BenchmarkSizes.Parse(name)))],
        TimeSpan.FromSeconds(185));

    private static SizeReport Size(BenchmarkSize size)
    {
        double scale = size.Name == "12x768" ? 10 : 1;
        double operations = ModelFlops.TrainingFlopsPerToken(size.Model(Architecture.NGpt)) * size.TokensPerStep / 1e6;
        List<SubjectReport> subjects = [];
        foreach ((Architecture architecture, double factor) in ((Architecture, double)[])[(Architecture.NGpt, 1), (Architecture.Gpt, 0.8)])
        {
            subjects.Add(Subject(BenchmarkVariant.FastBf16, architecture, 545 * factor * scale, 1.2e9));
            subjects.Add(Subject(BenchmarkVariant.PlainBf16, architecture, 1502 * factor * scale, 3.5e9));
            subjects.Add(LeftOut(BenchmarkVariant.FastFloat32, architecture, "the fast engine cannot run here: this processor is too old"));
            subjects.Add(Subject(BenchmarkVariant.PlainFloat32, architecture, 2830 * factor * scale, 3.4e9));
        }

        return new SizeReport
        {
            Size = size,
            Rounds = 5,
            Products = [Products(Precision.Bf16, 2048, 885), Products(Precision.F32, 4096, 190)],
            Subjects = subjects,
            Ratios =
            [
                .. ((Architecture[])[Architecture.NGpt, Architecture.Gpt]).SelectMany(architecture => (RatioReport[])
                [
                    new(RatioKind.Speed, new(BenchmarkVariant.FastBf16, architecture), new(BenchmarkVariant.PlainBf16, architecture), Around(2.76)),
                    new(RatioKind.Speed, new(BenchmarkVariant.FastBf16, architecture), new(BenchmarkVariant.PlainFloat32, architecture), Around(5.19)),
                    new(RatioKind.Memory, new(BenchmarkVariant.FastBf16, architecture), new(BenchmarkVariant.PlainBf16, architecture), Spread.Of([0.34])!),
                ]),
                new(RatioKind.StepTime, new(BenchmarkVariant.FastBf16, Architecture.NGpt), new(BenchmarkVariant.FastBf16, Architecture.Gpt), Around(1.25)),
            ],
            Notes = ["nGPT plain bf16, GPT plain bf16: restarted and warmed up in every round"],
        };

        SubjectReport Subject(BenchmarkVariant variant, Architecture architecture, double milliseconds, double memory) => new()
        {
            Subject = new(variant, architecture),
            Status = SubjectStatus.Measured,
            Description = variant.Label,
            StepsPerRound = 2,
            RoundMilliseconds = [milliseconds, milliseconds * 1.01, milliseconds * 0.99, milliseconds * 1.02, milliseconds * 0.98],
            StepMilliseconds = Around(milliseconds),
            TokensPerSecond = Around(size.TokensPerStep * 1000 / milliseconds),
            Gigaflops = Around(operations / milliseconds),
            ShareOfBf16Products = Around(operations / milliseconds / 885),
            PeakMemory = (long)(memory * scale),
            ManagedBytesPerStep = variant.Engine == EngineKind.Fast ? 0 : 531_000,
            FirstLoss = Math.Log(size.VocabularySize),
            Stages = variant.Engine == EngineKind.Fast
                ? [.. FastStages.Select(stage => new StageTime(stage.Stage, stage.Share * milliseconds))]
                : [new("forward and backward", 0.96 * milliseconds), new("gradient norm", 0.01 * milliseconds), new("update", 0.03 * milliseconds)],
        };
    }

    private static SubjectReport LeftOut(BenchmarkVariant variant, Architecture architecture, string reason) => new()
    {
        Subject = new(variant, architecture),
        Status = SubjectStatus.Unsupported,
        Reason = reason,
        RoundMilliseconds = [],
    };

    private static SubjectReport Products(Precision precision, int size, double rate) => new()
    {
        Subject = BenchmarkSubject.Products(precision),
        Status = SubjectStatus.Measured,
        Description = $"{precision.Name()} matrix products, {size}×{size}",
        RoundMilliseconds = [19.4],
        StepMilliseconds = Around(19.4),
        Gigaflops = Around(rate),
    };

    private static Spread Around(double value) => Spread.Of([value, value * 1.01, value * 0.99, value * 1.02, value * 0.98])!;
}
