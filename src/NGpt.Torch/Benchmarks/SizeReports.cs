using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Torch.Training;

namespace NGpt.Torch.Benchmarks;

/// <summary>Sums up what was measured at one size.</summary>
internal static class SizeReports
{
    // Rounding to bf16 moves the mean loss of a batch by less than a thousandth.
    private const double LossTolerance = 0.02;

    /// <summary>Makes the report.</summary>
    public static SizeReport Of(SizeBenchmark benchmark, BenchmarkOptions options)
    {
        IReadOnlyList<SubjectRun> runs = benchmark.Runs;
        BenchmarkSubject yardstick = BenchmarkSubject.Products(Precision.Bf16);
        IReadOnlyList<double?> products = [.. runs.Where(run => run.Subject == yardstick).SelectMany(Rates)];
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
            StartedEveryRound = run.Residency == Residency.StartsEveryRound,
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

    // Stages keep the order in which they are first named.
    private static IReadOnlyList<StageTime> Stages(WorkerMeasurement[] measured) =>
        [.. measured.SelectMany(round => round.Stages).GroupBy(stage => stage.Stage)
            .Select(stage => new StageTime(stage.Key, Spread.Of(stage.Select(time => time.Milliseconds))!.Median))];

    private static IEnumerable<string> Notes(SizeBenchmark benchmark, SubjectReport[] subjects, BenchmarkOptions options)
    {
        if (options.Recompute && subjects.Any(subject => subject is { Subject.Variant.Engine: EngineKind.Fast, Status: SubjectStatus.Measured }))
        {
            yield return "the fast engine computes activations again in the backward pass (--recompute)";
        }

        SubjectRun[] restarted = [.. benchmark.Runs.Where(run => run.Residency == Residency.StartsEveryRound)];
        if (restarted.Length > 0)
        {
            double together = benchmark.Runs.Where(run => run.Residency != Residency.DoesNotFit).Sum(run => (double)run.EstimatedMemory);
            yield return $"{string.Join(", ", restarted.Select(run => run.Subject.Label))}: started and warmed up anew in every round, because all subjects "
                + $"together need about {MemoryText.Gigabytes(together)} and {MemoryText.Gigabytes(benchmark.AvailableMemory)} are available";
        }

        if (benchmark.End != BenchmarkEnd.Completed)
        {
            yield return $"{(benchmark.End == BenchmarkEnd.Stopped ? "stopped" : "the time limit came")} after {benchmark.CompletedRounds} of {options.Rounds} rounds";
        }

        foreach (IGrouping<Architecture?, SubjectReport> group in subjects.Where(subject => subject.FirstLoss is not null).GroupBy(subject => subject.Subject.Architecture))
        {
            SubjectReport min = group.MinBy(subject => subject.FirstLoss)!;
            SubjectReport max = group.MaxBy(subject => subject.FirstLoss)!;
            if (max.FirstLoss - min.FirstLoss > LossTolerance)
            {
                yield return $"the subjects do not compute the same: the first loss is {min.FirstLoss:0.0000} for {min.Subject.Label} "
                    + $"and {max.FirstLoss:0.0000} for {max.Subject.Label}";
            }
        }
    }
}
