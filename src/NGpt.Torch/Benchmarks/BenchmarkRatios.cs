using NGpt.Core.Configuration;

using NGpt.Core.Numerics;

namespace NGpt.Torch.Benchmarks;

/// <summary>Compares the subjects of one size.</summary>
internal static class BenchmarkRatios
{
    private static readonly (BenchmarkVariant First, BenchmarkVariant Second)[] SpeedPairs =
    [
        (BenchmarkVariant.FastBf16, BenchmarkVariant.PlainBf16),
        (BenchmarkVariant.FastBf16, BenchmarkVariant.PlainFloat32),
        (BenchmarkVariant.FastFloat32, BenchmarkVariant.PlainFloat32),
        (BenchmarkVariant.PlainBf16, BenchmarkVariant.PlainFloat32),
    ];

    /// <summary>All ratios of which both sides were measured.</summary>
    public static IReadOnlyList<RatioReport> Of(IReadOnlyList<SubjectReport> subjects)
    {
        List<RatioReport> ratios = [];
        foreach (Architecture architecture in subjects.Select(subject => subject.Subject.Architecture).OfType<Architecture>().Distinct())
        {
            foreach ((BenchmarkVariant first, BenchmarkVariant second) in SpeedPairs)
            {
                Add(RatioKind.Speed, new(first, architecture), new(second, architecture));
            }

            Add(RatioKind.Memory, new(BenchmarkVariant.FastBf16, architecture), new(BenchmarkVariant.PlainBf16, architecture));
        }

        foreach (BenchmarkVariant variant in BenchmarkVariant.Training)
        {
            Add(RatioKind.StepTime, new(variant, Architecture.NGpt), new(variant, Architecture.Gpt));
        }

        return ratios;

        void Add(RatioKind kind, BenchmarkSubject first, BenchmarkSubject second)
        {
            if (Find(first) is SubjectReport one && Find(second) is SubjectReport other && Ratio(kind, one, other) is Spread value)
            {
                ratios.Add(new RatioReport(kind, first, second, value));
            }
        }

        SubjectReport? Find(BenchmarkSubject wanted) => subjects.FirstOrDefault(subject => subject.Subject == wanted);
    }

    /// <summary>Divides round by round.</summary>
    public static IEnumerable<double> Paired(IReadOnlyList<double?> first, IReadOnlyList<double?> second) =>
        first.Zip(second, (one, other) => one / other).OfType<double>();

    private static Spread? Ratio(RatioKind kind, SubjectReport first, SubjectReport second) => kind switch
    {
        RatioKind.Speed => Spread.Of(Paired(second.RoundMilliseconds, first.RoundMilliseconds)),
        RatioKind.StepTime => Spread.Of(Paired(first.RoundMilliseconds, second.RoundMilliseconds)),
        _ => first.PeakMemory / (double?)second.PeakMemory is double ratio ? Spread.Of([ratio]) : null,
    };
}
