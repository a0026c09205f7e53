using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Torch.Training;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>Summarizes the measurements of one size.</summary>
internal static class SizeReportBuilder
{
    // Rounding to bf16 changes the mean loss of a batch by less than 0.001.
    private const double LossTolerance = 0.02;

    public static SizeReport Build(SizeBenchmark benchmark, BenchmarkOptions options)
    {
        IReadOnlyList<SubjectRun> runs = benchmark.Runs;
        BenchmarkSubject reference = BenchmarkSubject.Products(Precision.Bf16);
        IReadOnlyList<double?> products = [.. runs.Where(run => run.Subject == reference).SelectMany(Rates)];
        SubjectReport[] reports = [.. runs.Select(run => Report(run, benchmark.Size, products))];
        SubjectReport[] subjects = [.. reports.Where(report => report.Subject.Architecture is not null)];
        return new SizeReport
        {
            Size = benchmark.Size,
            Rounds = benchmark.CompletedRounds,
            Products = [.. reports.Where(report => report.Subject.Architecture is null)],
            Subjects = subjects,
            Ratios = BenchmarkRatios.Of(subjects),
            Notes = [.. Notes(benchmark, subjects, options)],
        };
    }

    internal static string Gigabytes(double bytes) => $"{(bytes / 1e9).ToString(bytes < 1e11 ? "0.0" : "N0", CultureInfo.InvariantCulture)} GB";

    private static SubjectReport Report(SubjectRun run, BenchmarkSize size, IReadOnlyList<double?> products)
    {
        WorkerMeasurement[] measured = [.. run.Rounds.OfType<WorkerMeasurement>()];
        bool trains = run.Subject.Architecture is not null;
        return new SubjectReport
        {
            Subject = run.Subject,
            Status = run.Status,
            Reason = run.Reason,
            Description = run.Ready?.Description ?? "",
            StartedEveryRound = run.Residency == Residency.RestartedEveryRound,
            StepsPerRound = run.StepsPerRound,
            RoundMilliseconds = [.. run.Rounds.Select(round => round?.StepSeconds * 1000)],
            StepMilliseconds = Spread.Of(measured.Select(round => round.StepSeconds * 1000)),
            TokensPerSecond = trains ? Spread.Of(measured.Select(round => size.TokensPerStep / round.StepSeconds)) : null,
            Gigaflops = Spread.Of(Rates(run).OfType<double>()),
            ShareOfBf16Products = Spread.Of(BenchmarkRatios.Paired(Rates(run), products)),
            PeakMemory = measured.Length > 0 ? measured.Max(round => round.PeakMemory) : null,
            ManagedBytesPerStep = Spread.Of(measured.Select(round => (double)round.ManagedBytes / round.Seconds.Length))?.Median,
            FirstLoss = run.FirstLoss,
            Stages = Stages(measured),
        };
    }

    private static IReadOnlyList<double?> Rates(SubjectRun run) =>
        [.. run.Rounds.Select(round => run.Ready!.OperationsPerStep / round?.StepSeconds / 1e9)];

    // Stages keep the order of their first occurrence.
    private static IReadOnlyList<StageTime> Stages(WorkerMeasurement[] measured) =>
        [.. measured.SelectMany(round => round.Stages).GroupBy(stage => stage.Stage)
            .Select(stage => new StageTime(stage.Key, Spread.Of(stage.Select(time => time.Milliseconds))!.Median))];

    private static IEnumerable<string> Notes(SizeBenchmark benchmark, SubjectReport[] subjects, BenchmarkOptions options)
    {
        if (options.Recompute && subjects.Any(subject => subject is { Subject.Variant.Engine: EngineKind.Fast, Status: SubjectStatus.Measured }))
        {
            yield return "the fast engine recomputes activations in the backward pass (--recompute)";
        }

        SubjectRun[] restarted = [.. benchmark.Runs.Where(run => run.Residency == Residency.RestartedEveryRound)];
        if (restarted.Length > 0)
        {
            double together = benchmark.Runs.Where(run => run.Residency != Residency.DoesNotFit).Sum(run => (double)run.EstimatedMemory);
            yield return $"{string.Join(", ", restarted.Select(run => run.Subject.Label))}: restarted and warmed up in every round, because all subjects "
                + $"together need about {Gigabytes(together)} and {Gigabytes(benchmark.AvailableMemory)} are available";
        }

        if (benchmark.End != BenchmarkEnd.Completed)
        {
            yield return $"{(benchmark.End == BenchmarkEnd.Stopped ? "stopped" : "time limit reached")} after {benchmark.CompletedRounds} of {options.Rounds} rounds";
        }

        foreach (IGrouping<Architecture?, SubjectReport> group in subjects.Where(subject => subject.FirstLoss is not null).GroupBy(subject => subject.Subject.Architecture))
        {
            SubjectReport min = group.MinBy(subject => subject.FirstLoss)!;
            SubjectReport max = group.MaxBy(subject => subject.FirstLoss)!;
            if (max.FirstLoss - min.FirstLoss > LossTolerance)
            {
                yield return $"the subjects do not compute the same function: the first loss is {min.FirstLoss:0.0000} for {min.Subject.Label} "
                    + $"and {max.FirstLoss:0.0000} for {max.Subject.Label}";
            }
        }
    }
}

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

    /// <summary>All ratios for which both subjects were measured.</summary>
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

    /// <summary>Divides per round.</summary>
    public static IEnumerable<double> Paired(IReadOnlyList<double?> first, IReadOnlyList<double?> second) =>
        first.Zip(second, (one, other) => one / other).OfType<double>();

    private static Spread? Ratio(RatioKind kind, SubjectReport first, SubjectReport second) => kind switch
    {
        RatioKind.Speed => Spread.Of(Paired(second.RoundMilliseconds, first.RoundMilliseconds)),
        RatioKind.StepTime => Spread.Of(Paired(first.RoundMilliseconds, second.RoundMilliseconds)),
        _ => first.PeakMemory / (double?)second.PeakMemory is double ratio ? Spread.Of([ratio]) : null,
    };
}
